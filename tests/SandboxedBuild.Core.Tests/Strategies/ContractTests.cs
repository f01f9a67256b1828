using System.Reflection;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>What every strategy that catches writes has to do; the pages of docs/strategies.md say nothing else.</summary>
internal sealed class ContractTests
{
    private const string Step = "echo step > file; rm gone; mkdir -p made/sub; echo step > made/sub/file; echo step > dir/file; mv moved dir/moved";

    /// <summary>Those after which a commit, a rollback and a later decision are possible.</summary>
    internal static IEnumerable<Strategy> Catching => Strategy.All.Where(static strategy => strategy.HasWayBack);

    /// <summary>Of these, the ones that keep the live tree as it is until a commit.</summary>
    internal static IEnumerable<Strategy> Elsewhere => Catching.Where(static strategy => !strategy.IsInPlace);

    /// <summary>Those that show a step what a filesystem would: fuse-overlayfs does not always (see <see cref="FuseDefects"/> and FuseOverlayTests).</summary>
    internal static IEnumerable<Strategy> Faithful => Catching.Where(static strategy => strategy != Strategy.FuseOverlay);

    /// <summary>Those that do both.</summary>
    internal static IEnumerable<Strategy> CatchingFaithfully => Catching.Intersect(Faithful);

    /// <summary>Those that do all three.</summary>
    internal static IEnumerable<Strategy> ElsewhereFaithfully => Elsewhere.Intersect(Faithful);

    /// <summary>A fixture for each strategy, of tests that take long.</summary>
    internal static IEnumerable<TestFixtureData> Fixtures => Catching.Select(Fixture);

    /// <summary>The same of the faithful ones.</summary>
    internal static IEnumerable<TestFixtureData> FaithfulFixtures => Faithful.Select(Fixture);

    /// <summary>What overlayfs leaves for an ordinary user is not what it leaves for root; what the other strategies leave is, and so root's run suffices for them.</summary>
    private static TestFixtureData Fixture(Strategy strategy)
    {
        var data = new TestFixtureData(strategy);
        if (strategy != Strategy.Overlay)
        {
            data.Properties.Add(NUnit.Framework.Internal.PropertyNames.Category, "AnyUser");
        }

        return data;
    }

    /// <summary>All scripts of <see cref="EveryChangeTests"/>, each in a tree of its own, in one step.</summary>
    private static string[] Scripts { get; } =
    [
        .. typeof(EveryChangeTests).GetMethod(nameof(EveryChangeTests.A_script_leaves_the_same))!.GetCustomAttributes<TestCaseAttribute>().Select(static test => EveryChangeTests.Touched + (string)test.Arguments[0]!),
    ];

    /// <summary>
    /// By these words, the scripts that fuse-overlayfs 1.10 does not run as a filesystem does: the step itself sees another tree (see docs/strategies.md).
    /// </summary>
    private static string[] FuseDefects { get; } =
    [
        // It copies no FIFO up but as a file, and no socket at all.
        "pipe", "socket", "find . -exec touch", "rm -rf -- *",

        // A directory that is made in one with setgid does not get it.
        "dir/inherits",

        // What was in a directory that was deleted comes back with another that is put in its place.
        "cp -a hollow dir; mkdir dir/file",

        // The mtime of a directory to which all names have come back.
        "mv t/sub dir/",
    ];

    [Test]
    public void Every_script_leaves_what_it_leaves_when_it_runs_directly([ValueSource(nameof(Catching))] Strategy strategy, [Values] StatePlace place)
    {
        string[] scripts = strategy == Strategy.FuseOverlay ? [.. Scripts.Where(static script => !FuseDefects.Any(defect => script.Contains(defect, StringComparison.Ordinal)))] : Scripts;
        Assert.That(scripts, Has.Length.GreaterThan(30));
        var places = string.Join(' ', scripts.Select(static (_, index) => index));
        using var twins = new Twins($"garden() {{ {Garden.Plants}\n}}; for i in {places}; do mkdir $i; (cd $i; garden); done", place, strategy: strategy);
        twins.Run(string.Join('\n', scripts.Select(static (script, index) => $"(cd {index}; {script})")) + "\ntrue");
        Assert.That(twins.Actual, Is.EqualTo(twins.Expected));
    }

    [TestCaseSource(nameof(Elsewhere))]
    public void The_live_tree_does_not_change_before_the_commit(Strategy strategy)
    {
        using var tree = Arrange();
        var before = Trees.Exact(tree.Root);
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run(Step).ShouldSucceed();
        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
    }

    [TestCaseSource(nameof(Catching))]
    public void What_changed_is_told_and_is_live_after_the_commit(Strategy strategy)
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run(Step).ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo("Modified File dir/file\nRenamed File dir/moved from moved\nModified File file\nDeleted File gone\nAdded Directory made\nAdded Directory made/sub\nAdded File made/sub/file"));
        sandbox.Commit();
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/file \"step\\n\"\nf 644 dir/moved \"moved\"\nf 644 dir/other \"old\"\nf 644 file \"step\\n\"\nd 755 made\nd 755 made/sub\nf 644 made/sub/file \"step\\n\"\n"));
    }

    [TestCaseSource(nameof(Catching))]
    public void What_is_thrown_away_leaves_nothing(Strategy strategy)
    {
        using var tree = Arrange();
        var before = Trees.Exact(tree.Root);
        using (var sandbox = Sandbox.Over(tree, strategy))
        {
            sandbox.Run(Step + "; chmod 000 dir made; mkdir shut; echo x > shut/file; chmod 000 shut").ShouldSucceed();
        }

        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [TestCaseSource(nameof(Catching))]
    public void A_second_step_sees_what_the_first_one_left(Strategy strategy)
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run(Step).ShouldSucceed();
        Assert.That(sandbox.Run("cat file made/sub/file dir/moved; ls; echo again >> file").ShouldSucceed().Output, Is.EqualTo("step\nstep\nmoveddir\nfile\nmade\n"));
        sandbox.Commit();
        Assert.That(tree.Read("file"), Is.EqualTo("step\nagain\n"));
    }

    [TestCaseSource(nameof(Catching))]
    public void What_is_held_is_committed_later_and_then_undone(Strategy strategy)
    {
        using var tree = Arrange();
        var before = Trees.Exact(tree.Root);
        var store = Sandbox.StoreAt(tree.Beside("state"));
        using var sandbox = Sandbox.Over(strategy, store, tree.Root);
        sandbox.Run(Step).ShouldSucceed();
        sandbox.Overlay.Hold();
        sandbox.Abandon();
        store.Sweep(tree.Root);
        using (var overlay = store.Open(sandbox.Overlay.Id))
        {
            Assert.That(overlay.Strategy, Is.SameAs(strategy.IsInPlace ? Strategy.Copy : strategy), "what was done in place is held as a copy");
            Commit.Run(overlay, SandboxedBuild.Changes.Collector.Collect(overlay), CommitRequest.Everything with { Retention = Retention.Default });
            overlay.Discard();
        }

        Assert.That(tree.Read("dir/file"), Is.EqualTo("step\n"));
        if (!sandbox.Overlay.Roots[0].SameMount)
        {
            // What left the root would have to be kept in it.
            Assert.That(store.Undoable(), Is.Empty);
            return;
        }

        using (var backup = store.OpenBackup(sandbox.Overlay.Id))
        {
            // What nobody has changed is no part of a backup.
            Assert.That(Directory.Exists(backup.Roots[0].Upper + "/dir/other") || File.Exists(backup.Roots[0].Upper + "/dir/other"), Is.False);
            Undo.Run(backup);
            backup.Discard();
        }

        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [TestCaseSource(nameof(Catching))]
    public void What_is_thrown_away_beside_other_work_is_gone_in_the_end(Strategy strategy)
    {
        using var tree = Arrange();
        var before = Trees.Exact(tree.Root);
        var store = Sandbox.StoreAt(tree.Beside("state"));
        for (var count = 0; count < 3; count++)
        {
            using var sandbox = Sandbox.Over(strategy, store, tree.Root);
            sandbox.Run(Step).ShouldSucceed();
            sandbox.Overlay.DiscardSoon();
            sandbox.Overlay.DiscardSoon();
            store.Sweep(tree.Root);
        }

        Removals.Wait();
        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [TestCaseSource(nameof(Catching))]
    public void A_commit_that_can_be_undone_can_be_so_at_once(Strategy strategy)
    {
        using var tree = Arrange();
        var store = Sandbox.StoreAt(tree.Beside("state"));
        using (var sandbox = Sandbox.Over(strategy, store, tree.Root))
        {
            sandbox.Run(Step).ShouldSucceed();
            sandbox.Commit(CommitRequest.Everything with { Retention = Retention.Default });
            sandbox.Overlay.DiscardSoon();
            Assert.That(store.Undoable(), Has.Length.EqualTo(sandbox.Overlay.Roots[0].SameMount ? 1 : 0));
        }

        Removals.Wait();
    }

    /// <summary>Both by an exchange, which XFS takes for a modification of the directory.</summary>
    [TestCaseSource(nameof(Catching))]
    public void A_directory_and_a_file_take_each_others_place_and_keep_their_times(Strategy strategy)
    {
        using var tree = Arrange();
        Shell.Run(tree.Root, "touch -d @3 dir/file; touch -d @4.000000001 dir file");
        var before = Trees.Exact(tree.Root);
        var store = Sandbox.StoreAt(tree.Beside("state"));
        string? id;
        using (var sandbox = Sandbox.Over(strategy, store, tree.Root))
        {
            sandbox.Run("rm -r dir; echo step > dir; rm file; mkdir file; echo step > file/inner; touch -d @5.000000001 dir file").ShouldSucceed();
            sandbox.Commit(CommitRequest.Everything with { Retention = Retention.Default });
            id = sandbox.Overlay.Roots[0].SameMount ? sandbox.Overlay.Id : null;
        }

        Assert.That(Shell.Run(tree.Root, "stat -c '%n %F %.9Y' dir file"), Is.EqualTo("dir regular file 5.000000001\nfile directory 5.000000001\n"));
        if (id is not null)
        {
            using var backup = store.OpenBackup(id);
            Undo.Run(backup);
            backup.Discard();
            Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        }
    }

    [TestCaseSource(nameof(Catching))]
    public void Live_edits_win_and_those_elsewhere_stay(Strategy strategy)
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("echo step > file; echo step > dir/new").ShouldSucceed();
        Shell.Run(tree.Root, "echo mine > dir/other; echo mine > dir/mine; mkdir mine; chmod 600 moved");

        // In place, nothing tells who has deleted something.
        Shell.Run(tree.Root, strategy.IsInPlace ? "true" : "rm gone");
        var changes = sandbox.Changes;
        Assert.That(ChangeText.Of(changes.Reported), Is.EqualTo("Added File dir/new\nModified File file"));
        Shell.Run(tree.Root, "echo mine > file");
        var refused = Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything));
        Assert.That((refused.Code, refused.Message.Contains(tree.PathOf("file"), StringComparison.Ordinal)), Is.EqualTo(("SBX4001", true)));

        sandbox.Commit(new(Selection.All, ConflictPolicy.Skip));
        File.Delete(tree.PathOf("gone"));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/file \"old\"\nf 644 dir/mine \"mine\\n\"\nf 644 dir/new \"step\\n\"\nf 644 dir/other \"mine\\n\"\nf 644 file \"mine\\n\"\nd 755 mine\nf 600 moved \"moved\"\n"));
    }

    [TestCaseSource(nameof(Catching))]
    public void What_a_step_plants_leads_nowhere(Strategy strategy)
    {
        using var tree = new TemporaryTree { ["outside/victim"] = "safe", ["root/dir/victim"] = "old", ["root/file"] = "old", ["root/.envrc"] = "old" };
        var outside = Trees.Exact(tree.PathOf("outside"));
        using var sandbox = Sandbox.Over(strategy, tree.Beside("state"), tree.PathOf("root"));
        sandbox.Run("rm -r dir; ln -s ../outside dir; ln -sf ../outside/victim file; mkfifo pipe; ln -s /proc/self/root/etc etc; mknod device c 0 0 || true; mknod disk b 8 0 || true").ShouldSucceed();
        Assert.That(sandbox.Run("echo x > dir/victim; echo x > file; rm -rf dir/../../outside; true").ShouldSucceed().Status.ExitCode, Is.Zero);
        try
        {
            sandbox.Commit();
        }
        catch (SandboxedBuild.Diagnostics.SandboxException e) when (e.Diagnostic.Code == "SBX4002")
        {
            // A device node, where the filesystem lets a user make one (0:0).
        }

        Assert.That(Trees.Exact(tree.PathOf("outside")), Is.EqualTo(outside));
    }

    [TestCaseSource(nameof(Catching))]
    public void Protected_files_are_read_only_and_are_not_committed(Strategy strategy)
    {
        using var tree = new TemporaryTree { [".envrc"] = "old", ["dir/file"] = "old" };
        using var sandbox = Sandbox.Over(tree, strategy);
        Assert.That(sandbox.Run("echo step > .envrc").Status.ExitCode, Is.Not.Zero);
        sandbox.Run("echo step > dir/.envrc; mkdir dir/.git; echo step > dir/.git/config").ShouldSucceed();
        Assert.That(sandbox.CommitRefused().Code, Is.EqualTo("SBX3005"));
    }

    /// <summary>Tmpfs does not note it: the file keeps its ctime.</summary>
    [Test]
    public void What_is_written_through_a_mapping_is_a_change([ValueSource(nameof(Catching))] Strategy strategy, [Values] StatePlace place)
    {
        using var tree = new TemporaryTree { ["file"] = "old content", ["other"] = "old" };
        using var memory = new OtherMount();
        using var sandbox = Sandbox.Over(strategy, place == StatePlace.SameMount ? tree.Beside("state") : Path.Combine(memory.Path, "state"), tree.Root);
        sandbox.Run($"{NativeProgram.MappedWrite} file new", static request => request with { Needs = [NativeProgram.MappedWrite] }).ShouldSucceed();
        Shell.Run(tree.Root, "echo mine > other");
        Assert.That(sandbox.Reported, Is.EqualTo("Modified File file"));
        sandbox.Commit();
        Assert.That(tree.Read("file") + tree.Read("other"), Is.EqualTo("new contentmine\n"));
    }

    [TestCaseSource(nameof(Catching))]
    public void A_root_may_have_any_name(Strategy strategy)
    {
        using var tree = new TemporaryTree();
        var root = Directory.CreateDirectory(tree.PathOf("comma,colon:back\\slash quote'\"$x`y`")).FullName;
        using var sandbox = Sandbox.Over(strategy, tree.Beside("state"), root);
        sandbox.Run("touch \"$(printf 'new\\nline\\377 -n')\"").ShouldSucceed();
        sandbox.Commit();
        Assert.That(Shell.Run(root, "ls -b"), Is.EqualTo("new\\nline\\377\\ -n\n"));
    }

    [TestCaseSource(nameof(Catching))]
    public void Mounts_below_the_root_are_left_alone(Strategy strategy) => Scenario.RunAsRoot(
        MountedBelow, $"cd $TMPDIR; mkdir -p mounted-{strategy}/tree/mount; mount -t tmpfs none mounted-{strategy}/tree/mount; echo mine > mounted-{strategy}/tree/mount/file; echo old > mounted-{strategy}/tree/file", strategy.Name);

    private static void MountedBelow(string[] arguments)
    {
        var place = Path.Combine(Path.GetTempPath(), "mounted-" + arguments[0]);
        var root = Path.Combine(place, "tree");
        using (var sandbox = Sandbox.Over(Strategy.Named(arguments[0]), Path.Combine(place, "state"), root))
        {
            Assert.That(sandbox.Run("ls mount; echo step > file").ShouldSucceed().Output, Is.Empty);
            Assert.That(sandbox.Reported, Is.EqualTo("Modified File file"));
            sandbox.Commit();
        }

        Assert.That(File.ReadAllText(Path.Combine(root, "mount/file")), Is.EqualTo("mine\n"));
        Command.Run("umount", [Path.Combine(root, "mount")]);
        Command.Run("rm", ["-rf", place]);
    }

    private static TemporaryTree Arrange() => new() { ["file"] = "old", ["gone"] = "gone", ["moved"] = "moved", ["dir/file"] = "old", ["dir/other"] = "old" };
}
