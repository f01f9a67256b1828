using System.Diagnostics;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Steps that write to the live tree itself, and how that is taken back.</summary>
internal sealed class SnapshotTests
{
    private const string Mixed = "echo step > file; rm dir/file; mkdir -p made/sub; echo step > made/sub/file; mv twin renamed; ln tool tool-too; chmod 600 empty; touch -d @5 hollow";

    private static readonly string[] s_reading = ["open", "openat2", "statx", "getdents64", "readlinkat", "llistxattr", "lgetxattr", "flistxattr", "fstatfs"];
    private static readonly bool s_long = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 };

    private static IEnumerable<string> Steps => [Mixed, .. FaultTests.Steps];

    [Test]
    public void What_the_step_writes_is_live_at_once()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree, Strategy.Snapshot);
        sandbox.Run("echo step > file").ShouldSucceed();
        Assert.That(tree.Read("file"), Is.EqualTo("step\n"));
    }

    [Test]
    public void A_rollback_brings_everything_back_to_the_bit([ValueSource(nameof(Steps))] string step, [Values] StatePlace place)
    {
        using var tree = new TemporaryTree();
        using var memory = new OtherMount();
        var root = Path.Combine(place == StatePlace.OtherMount ? memory.Path : tree.Root, "root");
        Garden.Plant(root);
        var before = Trees.Exact(root);
        using (var sandbox = Stepped(tree.Beside("state"), root, step))
        {
            Assert.That(Trees.Exact(root), Is.Not.EqualTo(before));
        }

        Assert.That(Trees.Exact(root), Is.EqualTo(before));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    /// <summary>The scripts of the differential test, taken back instead of committed.</summary>
    [Test]
    public void So_it_does_after_random_scripts([Values] StatePlace place)
    {
        var rounds = s_long ? 500 : 15;
        var first = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED") is { Length: > 0 } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount & 0xffffff;
        foreach (var seed in Enumerable.Range(first, rounds))
        {
            using var tree = new TemporaryTree();
            using var memory = new OtherMount();
            var root = Path.Combine(place == StatePlace.OtherMount ? memory.Path : tree.Root, "root");
            var (plants, script) = seed % 3 == 0 ? (new RandomLinks(seed, Strategy.Snapshot).Plants, new RandomLinks(seed, Strategy.Snapshot).Script) : (new RandomOperations(seed).Plants(30), new RandomOperations(seed).Script(12));
            Garden.Raise(root, RandomOperations.PreludeOf(Strategy.Snapshot) + string.Join('\n', plants) + "\ntrue");
            var before = Trees.Exact(root);
            using (Stepped(tree.Beside("state"), root, RandomOperations.PreludeOf(Strategy.Snapshot) + string.Join('\n', script) + "\ntrue"))
            {
            }

            Assert.That(Comparable(Trees.Exact(root)), Is.EqualTo(Comparable(before)), $"SANDBOXEDBUILD_SEED={seed}\n{string.Join('\n', plants)}\n--\n{string.Join('\n', script)}");
        }

        // What is copied may have holes where there were zeros.
        static string Comparable(string text) => text.Replace(" sparse ", " ", StringComparison.Ordinal);
    }

    [Test]
    public void What_was_accepted_can_be_undone([ValueSource(nameof(Steps))] string step)
    {
        using var tree = new TemporaryTree();
        var root = tree.PathOf("root");
        Garden.Plant(root);
        var before = Trees.Exact(root);
        var store = Sandbox.StoreAt(tree.Beside("state"));
        string after;
        using (var sandbox = Stepped(tree.Beside("state"), root, step))
        {
            after = Trees.Exact(root);
            sandbox.Commit(CommitRequest.Everything with { Retention = Retention.Default });
        }

        Assert.That(Trees.Exact(root), Is.EqualTo(after), "nothing moves");
        using (var backup = store.OpenBackup(store.Undoable().Single().Id))
        {
            Undo.Run(backup);
            backup.Discard();
        }

        Assert.That(Trees.Exact(root), Is.EqualTo(before));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [Test]
    public void What_is_held_is_taken_back_and_committed_later([ValueSource(nameof(Steps))] string step, [Values] StatePlace place)
    {
        using var tree = new TemporaryTree();
        using var memory = new OtherMount();
        var root = Path.Combine(place == StatePlace.OtherMount ? memory.Path : tree.Root, "root");
        Garden.Plant(root);
        var before = Trees.Exact(root);
        using var sandbox = Stepped(tree.Beside("state"), root, step);
        var (after, told) = (Trees.Since(root, Recent), sandbox.Reported);
        sandbox.Overlay.Hold();
        Assert.That(Trees.Exact(root), Is.EqualTo(before));
        Assert.That((sandbox.Reported, sandbox.Overlay.Strategy), Is.EqualTo((told, Strategy.Copy)));
        sandbox.Commit();
        Assert.That(Trees.Since(root, Recent), Is.EqualTo(after));
    }

    [Test]
    public void A_held_one_respects_live_edits_like_any_other()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["other"] = "old", ["dir/file"] = "old" };
        using var sandbox = Stepped(tree.Beside("state"), tree.Root, "echo step > file; rm -r dir; mkdir dir; echo step > dir/file");
        sandbox.Overlay.Hold();
        File.WriteAllText(tree.PathOf("other"), "mine");
        Assert.That(sandbox.Reported, Is.EqualTo("Modified File dir/file\nModified File file"));
        File.WriteAllText(tree.PathOf("file"), "mine");
        Assert.That(sandbox.CommitRefused().Code, Is.EqualTo("SBX4001"));
        sandbox.Commit(new(Selection.All, ConflictPolicy.Skip));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/file \"step\\n\"\nf 644 file \"mine\"\nf 644 other \"mine\"\n"));
    }

    [Test]
    public void What_is_left_out_of_a_commit_is_taken_back()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["log"] = "old", ["gone"] = "old" };
        using (var sandbox = Stepped(tree.Beside("state"), tree.Root, "echo step > file; echo step >> log; rm gone; mkdir made; echo x > made/a; echo x > made/b; chmod 4755 file"))
        {
            var result = sandbox.Commit(new(new(["file", "made/**"], ["made/b"])));
            Assert.That(ChangeText.Of(result.Committed), Is.EqualTo("Modified File file\nAdded Directory made\nAdded File made/a"));
            Assert.That(result.Warnings.Select(static warning => warning.Code), Is.EqualTo(new[] { "SBX4005" }));
        }

        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 755 file \"step\\n\"\nf 644 gone \"old\"\nf 644 log \"old\"\nd 755 made\nf 644 made/a \"x\\n\"\n"));
    }

    /// <summary>Somebody's own file in a new directory makes that theirs; what is in it besides is taken over, and can be taken back.</summary>
    [Test]
    public void What_came_with_a_directory_that_is_left_alone_goes_by_itself()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        var store = Sandbox.StoreAt(tree.Beside("state"));
        using (var sandbox = Stepped(tree.Beside("state"), tree.Root, "mkdir -p made/deep; echo x > made/a; echo x > made/deep/b"))
        {
            var changes = sandbox.Changes;
            File.WriteAllText(tree.PathOf("made/mine"), "mine");
            var request = new CommitRequest(Selection.All, ConflictPolicy.Skip) with { Retention = Retention.Default };
            Assert.That(ChangeText.Of(Commit.Run(sandbox.Overlay, changes, request).Committed), Is.EqualTo("Added File made/a\nAdded Directory made/deep\nAdded File made/deep/b"));
        }

        using (var backup = store.OpenBackup(store.Undoable().Single().Id))
        {
            Undo.Run(backup);
        }

        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"old\"\nd 755 made\nf 644 made/mine \"mine\"\n"));
    }

    /// <summary>The same where somebody has changed the directory before anybody looked, so that only what is in it is the step's.</summary>
    [Test]
    public void What_is_in_a_directory_that_counts_as_somebody_elses_is_judged_and_taken_back()
    {
        using var tree = new TemporaryTree { ["conf"] = "old" };
        var store = Sandbox.StoreAt(tree.Beside("state"));
        using (var sandbox = Stepped(tree.Beside("state"), tree.Root, "rm conf; mkdir conf; echo x > conf/a; mkdir conf/deep; echo x > conf/deep/b"))
        {
            Shell.Run(tree.Root, "sleep 0.05; chmod 700 conf; touch conf");
            Assert.That(sandbox.Reported, Is.EqualTo("Added File conf/a\nAdded Directory conf/deep\nAdded File conf/deep/b"));
            Assert.That(sandbox.Changes.Notable.Select(static change => change.Path.ToString()).Where(static path => path.Length > 0), Is.EqualTo(new[] { "conf/a", "conf/deep" }));
            sandbox.Commit(CommitRequest.Everything with { Retention = Retention.Default });
        }

        using (var backup = store.OpenBackup(store.Undoable().Single().Id))
        {
            Undo.Run(backup);
        }

        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 700 conf\n"));
    }

    [Test]
    public void A_dry_run_changes_nothing()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using (var sandbox = Stepped(tree.Beside("state"), tree.Root, "echo step > file"))
        {
            Assert.That(ChangeText.Of(sandbox.Commit(CommitRequest.Everything with { DryRun = true }).Committed), Is.EqualTo("Modified File file"));
        }

        Assert.That(tree.Read("file"), Is.EqualTo("old"));
    }

    /// <summary>A write goes through all names of a file, those outside of the root too: so does taking it back.</summary>
    [Test]
    public void A_file_with_names_outside_of_the_root_stays_that_file([Values] bool isCommitted)
    {
        using var tree = new TemporaryTree { ["root/file"] = "old" };
        Shell.Run(tree.Root, "ln root/file outside; ln root/file root/second");
        var before = Trees.Exact(tree.Root);
        var store = Sandbox.StoreAt(tree.Beside("state"));
        using (var sandbox = Stepped(tree.Beside("state"), tree.PathOf("root"), "echo step > file; chmod 600 second"))
        {
            Assert.That(tree.Read("outside"), Is.EqualTo("step\n"));
            if (isCommitted)
            {
                sandbox.Commit(CommitRequest.Everything with { Retention = Retention.Default });
            }
        }

        if (isCommitted)
        {
            Assert.That(tree.Read("outside"), Is.EqualTo("step\n"));
            using var backup = store.OpenBackup(store.Undoable().Single().Id);
            Undo.Run(backup);
            backup.Discard();
        }

        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        Assert.That(Shell.Run(tree.Root, "find . -samefile outside | sort"), Is.EqualTo("./outside\n./root/file\n./root/second\n"));
    }

    [Test]
    public void What_somebody_changes_after_the_step_stays()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["mine"] = "old", ["dir/file"] = "old" };
        using (var sandbox = Stepped(tree.Beside("state"), tree.Root, "echo step > file; echo step > mine; mkdir made; echo step > made/file"))
        {
            Shell.Run(tree.Root, "echo mine > mine; echo mine > dir/file; echo mine > made/mine");
            Assert.That(sandbox.Reported, Is.EqualTo("Modified File file\nAdded Directory made\nAdded File made/file"));
            var report = sandbox.Overlay.RollBack()!;
            Assert.That((report.Code, report.IsWarning), Is.EqualTo(("SBX4021", true)));
            Assert.That(report.Message, Does.Contain(tree.PathOf("mine")).And.Contain(tree.PathOf("made/mine")).And.Not.Contain(tree.PathOf("file")));
        }

        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/file \"mine\\n\"\nf 644 file \"old\"\nd 755 made\nf 644 made/mine \"mine\\n\"\nf 644 mine \"mine\\n\"\n"));
    }

    /// <summary>Several steps share an overlay; what a compiler does in between is not theirs.</summary>
    [Test]
    public void What_others_do_between_two_steps_is_not_taken_back()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["obj/out"] = "old" };
        using (var sandbox = Sandbox.Over(tree, Strategy.Snapshot))
        {
            Shell.Run(tree.Root, "echo before > obj/before");
            sandbox.Run("echo step > file").ShouldSucceed();
            Shell.Run(tree.Root, "echo compiled > obj/out; echo compiled > obj/new");
            sandbox.Run("echo step > second").ShouldSucceed();
            Assert.That(sandbox.Reported, Is.EqualTo("Modified File file\nAdded File second"));
        }

        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"old\"\nd 755 obj\nf 644 obj/before \"before\\n\"\nf 644 obj/new \"compiled\\n\"\nf 644 obj/out \"compiled\\n\"\n"));
    }

    [Category("AnyUser")]
    [Test]
    public void A_build_that_is_killed_in_the_step_is_taken_back_by_the_next_one()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["later"] = "old", ["gone"] = "old" };
        var before = tree.Describe();
        using (var process = Scenario.Start(WriteAndWait, tree.Root, tree.Beside("state")))
        {
            Until(() => tree.Has("made/file"));
            process.Kill();
            process.WaitForExit();
        }

        Assert.That(tree.Read("file"), Is.EqualTo("step\n"));

        // Its watch sees that nobody is left; what is done from a second later on is somebody else's.
        Until(() => Directory.EnumerateFiles(tree.Beside("state"), "ended", SearchOption.AllDirectories).Any());
        Thread.Sleep(1200);
        File.WriteAllText(tree.PathOf("later"), "mine");
        var reports = SweepUntilEmpty(tree);
        Assert.That(reports.Select(static report => (report.Code, report.IsWarning)), Is.EqualTo(new[] { ("SBX4021", true) }));
        Assert.That(reports[0].Message, Does.Contain("had been cut off").And.Contain(tree.Root));
        Assert.That(tree.Describe(), Is.EqualTo(before.Replace("later \"old\"", "later \"mine\"", StringComparison.Ordinal)));
    }

    /// <summary>Nobody but a recovery may remove what was before.</summary>
    [Test]
    public void The_watch_of_a_killed_step_leaves_what_was_before()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Scenario.Die(WriteAndDie, tree.Root, tree.Beside("state"));
        Until(() => !RunningProcess.All().Any(process => process.Mentions(tree.Surroundings)));
        Assert.That(tree.Read("file"), Is.EqualTo("step\n"));
        SweepUntilEmpty(tree);
        Assert.That(tree.Read("file"), Is.EqualTo("old"));
    }

    [Category("AnyUser")]
    [Test]
    public void A_rollback_may_be_killed_before_any_call_that_changes_something([Values] StatePlace place)
    {
        using var memory = new OtherMount();
        using var tree = new TemporaryTree();
        string Plant(string name)
        {
            var root = Path.Combine(place == StatePlace.OtherMount ? memory.Path : tree.Root, name);
            Garden.Plant(root);
            return root;
        }

        var calls = 0;
        using (var sandbox = Stepped(tree.Beside("state"), Plant("counted"), Mixed))
        {
            FaultPoint.Inject = call =>
            {
                calls += s_reading.Contains(call) ? 0 : 1;
                return 0;
            };
            using var end = new Disposal(static () => FaultPoint.Inject = null);
            sandbox.Overlay.Discard();
        }

        Assert.That(calls, Is.GreaterThan(30));
        for (var index = 0; index < calls; index += s_long ? 1 : 6)
        {
            var root = Plant($"killed-{index}");
            var before = Trees.Exact(root);
            Scenario.Die(RollBackAndDie, root, tree.Beside("state"), Mixed, $"{index}");
            SweepUntilEmpty(tree);
            Assert.That(Trees.Exact(root), Is.EqualTo(before), $"killed before changing call {index}");
        }
    }

    [TestCase(Errno.NoSpace, false)]
    [TestCase(Errno.NoSpace, true)]
    [TestCase(5, false)]
    [TestCase(5, true)]
    public void A_rollback_that_fails_is_made_up_for(int error, bool lasting)
    {
        using var tree = new TemporaryTree();
        for (var index = 0; ; index++)
        {
            var root = tree.PathOf($"root-{index}");
            Garden.Plant(root);
            var before = Trees.Exact(root);
            var sandbox = Stepped(tree.Beside("state"), root, Mixed);
            var (left, call, said) = (index, string.Empty, string.Empty);
            FaultPoint.Inject = name =>
            {
                if (s_reading.Contains(name) || left-- > 0)
                {
                    return 0;
                }

                call = call.Length == 0 ? name : call;
                left = lasting ? 0 : int.MaxValue;
                return error;
            };
            try
            {
                sandbox.Overlay.Discard();
            }
            catch (SandboxedBuild.Diagnostics.SandboxException e)
            {
                said = e.Diagnostic.Code;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                said = e.Message;
            }
            finally
            {
                FaultPoint.Inject = null;
            }

            sandbox.Abandon();
            Assert.That(said, Is.EqualTo(string.Empty).Or.EqualTo("SBX4020").Or.EqualTo("SBX4004").Or.Contain("(errno"), $"{index}: {call}");
            SweepUntilEmpty(tree);
            Assert.That(Trees.Exact(root), Is.EqualTo(before), $"{index}: {call} said {said}");
            if (call.Length == 0)
            {
                Assert.That(index, Is.GreaterThan(15));
                return;
            }

            index += s_long ? 0 : 2;
        }
    }

    [Test]
    public void Two_at_once_take_turns_on_a_root()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var first = Sandbox.Over(tree, Strategy.Snapshot);
        first.Run("echo first > file").ShouldSucceed();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var store = Sandbox.StoreAt(tree.Beside("state"));
        Assert.That(() => store.Create([tree.PathOf(".")], strategy: Strategy.Snapshot, cancellation: impatient.Token), Throws.InstanceOf<OperationCanceledException>());
        first.Commit();
        first.Dispose();
        using var second = Sandbox.Over(tree, Strategy.Snapshot);
        Assert.That(second.Run("cat file").Output, Is.EqualTo("first\n"));
    }

    /// <summary>Whoever could write there could have the next commit do what it likes.</summary>
    [Test]
    public void The_state_of_overlays_in_the_root_is_out_of_reach()
    {
        using var tree = new TemporaryTree { ["file"] = "x", ["cache/overlays/20200101T000000Z-00000000/1/upper/secret"] = "x", ["cache/overlays/.sandboxed-build.lock"] = "", [".sandboxed-build-0/file"] = "x" };
        var before = Trees.Exact(tree.Root);
        using (var sandbox = Sandbox.Over(tree, Strategy.Snapshot))
        {
            Assert.That(sandbox.Run("find . -type f | sort; echo y > file; echo y > cache/overlays/new; echo y > .sandboxed-build-0/file; true").ShouldSucceed().Output, Is.EqualTo("./file\n"));
            Assert.That(sandbox.Reported, Is.EqualTo("Modified File file"));
            sandbox.Run("mkdir -p .sandboxed-build-1/id; echo forged > .sandboxed-build-1/id/manifest.json").ShouldSucceed();
            Assert.That(sandbox.CommitRefused().Code, Is.EqualTo("SBX4002"));
        }

        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
    }

    [Test]
    public void A_file_that_is_a_mount_is_written_over() => Scenario.RunAsRoot(MountedFile, "cd $TMPDIR; mkdir -p mounted-file/tree mounted-file/state; echo old > mounted-file/origin; touch mounted-file/tree/file; mount --bind mounted-file/origin mounted-file/tree/file");

    private static void MountedFile(string[] arguments)
    {
        var place = Path.Combine(Path.GetTempPath(), "mounted-file");
        using (var sandbox = Stepped(Path.Combine(place, "state"), Path.Combine(place, "tree"), "echo step > file"))
        {
            Assert.That(File.ReadAllText(Path.Combine(place, "origin")), Is.EqualTo("step\n"));
        }

        Assert.That(File.ReadAllText(Path.Combine(place, "origin")), Is.EqualTo("old\n"));
        Command.Run("umount", [Path.Combine(place, "tree/file")]);
        Command.Run("rm", ["-rf", place]);
    }

    private static readonly DateTimeOffset Recent = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static Sandbox Stepped(string state, string root, string step)
    {
        var sandbox = Sandbox.Over(Strategy.Snapshot, state, root);
        sandbox.Run(Garden.Programs + step, static request => request with { Needs = [.. Garden.Needs] }).ShouldSucceed();
        return sandbox;
    }

    private static void WriteAndWait(string[] arguments)
    {
        var sandbox = Sandbox.Over(Strategy.Snapshot, arguments[1], arguments[0]);
        Scenario.Say("ready");
        sandbox.Run("echo step > file; rm gone; mkdir made; echo step > made/file; sleep 60");
    }

    private static void WriteAndDie(string[] arguments)
    {
        var sandbox = Sandbox.Over(Strategy.Snapshot, arguments[1], arguments[0]);
        sandbox.Run("echo step > file").ShouldSucceed();
        Kill();
    }

    private static void RollBackAndDie(string[] arguments)
    {
        var left = int.Parse(arguments[3], System.Globalization.CultureInfo.InvariantCulture);
        var sandbox = Stepped(arguments[1], arguments[0], arguments[2]);
        FaultPoint.Inject = call =>
        {
            if (!s_reading.Contains(call) && left-- == 0)
            {
                Kill();
            }

            return 0;
        };
        sandbox.Overlay.Discard();
    }

    private static void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    private static void Until(Func<bool> isSo)
    {
        for (var time = Stopwatch.StartNew(); !isSo() && time.Elapsed < TimeSpan.FromSeconds(20);)
        {
            Thread.Sleep(10);
        }

        Assert.That(isSo());
    }

    private static List<SandboxedBuild.Diagnostics.Diagnostic> SweepUntilEmpty(TemporaryTree tree)
    {
        var reports = new List<SandboxedBuild.Diagnostics.Diagnostic>();
        for (var time = Stopwatch.StartNew(); Directory.EnumerateDirectories(tree.Beside("state")).Any() && time.Elapsed < TimeSpan.FromSeconds(10); Thread.Sleep(1))
        {
            reports.AddRange(Sandbox.StoreAt(tree.Beside("state")).Sweep(tree.Root));
        }

        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty, string.Join('\n', reports.Distinct()));
        return reports;
    }
}
