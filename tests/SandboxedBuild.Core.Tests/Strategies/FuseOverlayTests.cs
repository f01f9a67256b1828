using System.Globalization;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Overlays that fuse-overlayfs mounts: what it does not get right itself, and hosts where it does not work.</summary>
internal sealed class FuseOverlayTests
{
    /// <summary>Whatever the daemon leaves in its own upper layer: by that, the other name would be written to.</summary>
    [Test]
    public void A_write_through_one_name_of_a_file_shows_under_all_and_stays_so()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "echo old > g; ln g ghard; mkdir dir; ln g dir/third");
        using var sandbox = Sandbox.Over(tree, Strategy.FuseOverlay);
        sandbox.Run("cat g ghard > /dev/null; echo step >> g").ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo("Modified File dir/third\nModified File g\nModified File ghard"));
        sandbox.Commit();
        Assert.That(Shell.Run(tree.Root, "cat g ghard dir/third; stat -c %h-%i g ghard dir/third | uniq | wc -l"), Is.EqualTo("old\nstep\nold\nstep\nold\nstep\n1\n"));
    }

    /// <summary>When such a directory is moved away, fuse-overlayfs shows the live one again, to the step too: what it saw last is what counts.</summary>
    [TestCase("rm -r dir; mkdir dir; echo new > dir/new; mv dir moved")]
    [TestCase("rm -r dir; mkdir dir; echo new > dir/new; mv dir moved; mkdir -p dir; echo newer > dir/newer")]
    [TestCase("rm -r dir; mv other dir; rm dir/file; touch dir/file")]
    public void What_a_step_saw_last_is_what_is_committed(string script)
    {
        using var tree = new TemporaryTree { ["dir/file"] = "old", ["dir/sub/file"] = "old", ["other/file"] = "other" };
        using var sandbox = Sandbox.Over(tree, Strategy.FuseOverlay);
        var seen = sandbox.Run($"{{ {script}; }} 2> /dev/null; find . | sort").ShouldSucceed().Output;
        sandbox.Commit();
        Assert.That(Shell.Run(tree.Root, "find . | sort"), Is.EqualTo(seen));
    }

    /// <summary>Everything but the times of directories and symlinks, which fuse-overlayfs sets where it should not, and a walk alone changes.</summary>
    private const string Everything = "{ find . ! -type d ! -type l -printf '%P %y %m %U:%G %s %T@\\n' -o -type d -printf '%P %y %m %U:%G\\n' -o -printf '%P %l\\n' | LC_ALL=C sort; find . -type f -exec sha256sum {} + | LC_ALL=C sort; } | cat -v";

    /// <summary>
    /// What it shows of random scripts differs here and there from what they would leave: what it shows is what is committed. Some few end it,
    /// and then nothing is. SANDBOXEDBUILD_SEED=n repeats them from one seed on.
    /// </summary>
    [TestCase(0)]
    [TestCase(1)]
    public void After_random_scripts_all_is_as_the_step_saw_it_last(int lane)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount & 0xffffff;
        var prelude = Garden.Programs + RandomOperations.PreludeOf(Strategy.FuseOverlay);
        var ended = 0;
        foreach (var seed in Enumerable.Range(0, Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") == "1" ? 1000 : 30).Where(round => round % 2 == lane).Select(round => first + round))
        {
            var random = new RandomOperations(seed);
            var (plants, finish, script) = (string.Join('\n', random.Plants(30)), string.Join('\n', random.Finish(4)), string.Join('\n', random.Script(4 + (seed % 13))));
            using var tree = new TemporaryTree();
            Shell.Run(tree.Root, $"{prelude}{plants}\n{finish}\ntrue");
            var before = Shell.Run(tree.Root, $"exec 2> /dev/null; {Everything}; true");
            var links = Shell.Run(tree.Root, "find . -type l -printf '%P/\\n' | cat -v").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            using var sandbox = Sandbox.Over(tree, Strategy.FuseOverlay);
            string seen;
            try
            {
                seen = sandbox.Run($"{prelude}{script}\n{Everything}", static request => request with { Needs = [.. Garden.Needs] }).Output;
                sandbox.Commit();
            }
            catch (SandboxedBuild.Diagnostics.SandboxException e) when (e.Diagnostic.Code == "SBX4024" && e.Message.Contains("not connected", StringComparison.Ordinal))
            {
                (seen, ended) = (before, ended + 1);
            }

            Assert.That(WithoutBelow(links, Shell.Run(tree.Root, $"exec 2> /dev/null; {Everything}; true")), Is.EqualTo(WithoutBelow(links, seen)), $"SANDBOXEDBUILD_SEED={seed}\n{plants}\n-- {finish}\n-- {script}");
        }

        Assert.That(ended, Is.LessThan(4));
    }

    /// <summary>In a directory that a step has put in the place of a live symlink, fuse-overlayfs also shows what is behind the link; that is not there.</summary>
    private static string WithoutBelow(string[] links, string listing) =>
        string.Join('\n', listing.Split('\n').Where(line => !links.Any(link => line.StartsWith(link, StringComparison.Ordinal) || line.Contains($"  ./{link}", StringComparison.Ordinal))));

    [Test]
    public void Somebody_who_is_at_work_while_the_step_runs_is_in_no_ones_way()
    {
        using var tree = new TemporaryTree { ["edited"] = "old", ["twice"] = "old", ["gone"] = "old", ["dir/file"] = "old", ["file"] = "old" };
        using var gate = new TemporaryTree();
        Shell.Run(gate.Root, "mkfifo begun over");
        using var sandbox = Sandbox.Over(tree, Strategy.FuseOverlay);
        var step = Task.Run(() => sandbox.Run($"cat * dir/* > /dev/null 2>&1; echo > {gate.PathOf("begun")}; cat {gate.PathOf("over")}; cat edited dir/*; ls; echo step > file", request => request with { Paths = [new(gate.Root, MountAccess.ReadWrite)] }));
        Shell.Run(tree.Root, $"cat {gate.PathOf("begun")}; echo mine > edited; echo mine > twice; cat twice; echo mine again > twice; rm gone; echo mine > new; echo mine > dir/new; echo > {gate.PathOf("over")}");
        step.Result.ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo("Modified File file"));
        Shell.Run(tree.Root, "echo mine > twice");
        sandbox.Commit();
        Assert.That(Shell.Run(tree.Root, "cat edited twice new dir/new file; ls"), Is.EqualTo("mine\nmine\nmine\nmine\nstep\ndir\nedited\nfile\nnew\ntwice\n"));
    }

    [Test]
    public void What_a_step_changed_that_somebody_else_has_deleted_is_a_conflict()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["dir/file"] = "old" };
        using var sandbox = Sandbox.Over(tree, Strategy.FuseOverlay);
        sandbox.Run("echo step > file; echo step > dir/file").ShouldSucceed();
        Shell.Run(tree.Root, "rm -r file dir");
        var refused = sandbox.CommitRefused();
        Assert.That((refused.Code, refused.Message.Contains(tree.PathOf("dir"), StringComparison.Ordinal)), Is.EqualTo(("SBX4001", true)));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\n"));
    }

    /// <summary>As the first process of a container has it, whose root directory is an overlay itself: no whiteout can be made there.</summary>
    [Test]
    public void State_on_an_overlay_will_do()
    {
        using var tree = new TemporaryTree { ["root/file"] = "old", ["root/gone"] = "gone", ["root/dir/gone"] = "gone" };
        var overlay = $"cd {tree.Surroundings}; mkdir l u w m; mount -t overlay -o lowerdir=l,upperdir=u,workdir=w,userxattr none m";
        Scenario.RunAsRoot(TwoSteps, overlay, tree.PathOf("root"), tree.Beside("m/state"));
        Assert.That(Shell.Run(tree.PathOf("root"), "cat file dir/again; ls; ls dir"), Is.EqualTo("two\nback\ndir\nfile\nagain\n"));
    }

    private static void TwoSteps(string[] arguments)
    {
        using var sandbox = Sandbox.Over(Strategy.FuseOverlay, arguments[1], arguments[0]);
        sandbox.Run("rm gone dir/gone; echo one > file").ShouldSucceed();
        Assert.That(sandbox.Run("ls; ls dir; cat file; echo two > file; echo back > dir/again").ShouldSucceed().Output, Is.EqualTo("dir\nfile\none\n"));
        Assert.That(sandbox.Reported, Is.EqualTo("Renamed File dir/again from dir/gone\nModified File file\nDeleted File gone").Or.EqualTo("Added File dir/again\nDeleted File dir/gone\nModified File file\nDeleted File gone"));
        sandbox.Commit();
    }

    [Test]
    public void What_a_step_left_that_was_cut_off_is_not_committed()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree, Strategy.FuseOverlay);
        sandbox.Run("echo one > file").ShouldSucceed();
        sandbox.Prepare(["true"], change: null, out var launch);
        launch.Dispose();
        Assert.That(Refusal.Of(() => sandbox.Changes), Has.Property("Code").EqualTo("SBX4024").And.Property("Message").Contains(tree.Root));
    }

    /// <summary>Nobody but a step's own daemons could end them; if somebody does, that is no step that deleted everything.</summary>
    [Test]
    public void Daemons_that_end_before_the_step_are_an_error()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree, Strategy.FuseOverlay);
        using var process = System.Diagnostics.Process.Start(sandbox.Prepare(["sh", "-c", "echo step > file; echo begun; sleep 100"], change: null, out var launch))!;
        using var running = launch;
        process.StandardOutput.ReadLine();
        RunningProcess.All().Where(other => other.CommandLine.Contains("fuse-overlayfs", StringComparison.Ordinal) && other.Mentions(tree.Surroundings)).ToList().ForEach(static daemon => daemon.Kill());
        process.Kill();
        process.WaitForExit();
        Assert.That(Refusal.Of(() => launch.Finish(process.ExitCode)).Code, Is.EqualTo("SBX4024"));
        Assert.That(Refusal.Of(() => sandbox.Changes).Code, Is.EqualTo("SBX4024"));
    }

    [TestCase(".wh.file")]
    [TestCase("dir/.wh..wh..opq")]
    public void A_root_with_a_name_that_fuse_overlayfs_would_take_for_its_own_is_refused(string name)
    {
        using var tree = new TemporaryTree { [name] = "mine", ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree, Strategy.FuseOverlay);
        Assert.That(Refusal.Of(() => sandbox.Run("true")), Has.Property("Code").EqualTo("SBX1029").And.Property("Message").Contains(tree.PathOf(name)));
    }

    private const string HideDevice = "echo > $TMPDIR/no-fuse; mount --bind $TMPDIR/no-fuse /dev/fuse; mount -o remount,bind,ro /dev/fuse; rm $TMPDIR/no-fuse";

    private static string Hide(string program) => $"for d in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do [ ! -e $d/{program} ] || mount --bind /dev/null $d/{program}; done";

    [TestCase("fuse-overlayfs", "SBX1024", "apt-get install fuse-overlayfs")]
    [TestCase("nsenter", "SBX1008", "util-linux")]
    [TestCase("/dev/fuse", "SBX1025", "docker run --device /dev/fuse")]
    public void What_a_host_lacks_is_named(string hidden, string code, string said)
    {
        using var tree = new TemporaryTree { ["root/file"] = "old" };
        Scenario.RunAsRoot(IsRefused, hidden[0] == '/' ? HideDevice : Hide(hidden), tree.PathOf("root"), tree.Beside("state"), code, said, Callers.SystemPath);
    }

    [Test]
    public void What_else_it_complains_of_is_told()
    {
        using var tree = new TemporaryTree { ["root/file"] = "old", ["fuse-overlayfs"] = TreeEntry.File("#!/bin/sh\necho no such luck >&2\nexit 1\n", "755") };
        IsRefused([tree.PathOf("root"), tree.Beside("state"), "SBX1026", "no such luck", tree.Root + ":" + Callers.SystemPath]);
    }

    private static void IsRefused(string[] arguments)
    {
        var (root, state, code, said, path) = (arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
        var store = new OverlayStore(Callers.At(Directory.CreateDirectory(state + "-home").FullName).And("PATH", path), state);
        var refused = Refusal.Of(() => ChosenOverlay.Create(store, [root], within: null, Strategy.FuseOverlay, Isolation.Bubblewrap, [], CancellationToken.None));
        Assert.That((refused.Code, refused.Message), Is.EqualTo((code, refused.Message)));
        Assert.That(refused.Message, Does.Contain(said));
        Assert.That(Directory.EnumerateDirectories(state), Is.Empty);
    }

    /// <summary>Overlays of the kernel are refused; then it depends on /dev/fuse.</summary>
    [TestCase("true", "FuseOverlay", "SBX1004")]
    [TestCase(HideDevice, "Copy", "SBX1004 SBX1025")]
    public void Auto_takes_the_first_that_works_and_says_why(string hide, string taken, string refused)
    {
        using var tree = new TemporaryTree { ["root/file"] = "old", ["mount"] = TreeEntry.File("#!/bin/sh\ncase \"$*\" in *'-T mounts'*) ! grep -q lowerdir= mounts || { echo mount: permission denied >&2; exit 32; } ;; esac\nexec /bin/mount \"$@\"\n", "755") };
        Scenario.RunAsRoot(Takes, hide, tree.PathOf("root"), tree.Beside("state"), taken, refused, tree.Root + ":" + Callers.SystemPath);
    }

    private static void Takes(string[] arguments)
    {
        var (root, state, taken, refused, path) = (arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
        var store = new OverlayStore(Callers.At(Directory.CreateDirectory(state + "-home").FullName).And("PATH", path), state);
        var chosen = ChosenOverlay.Create(store, [root], within: null, wanted: null, Isolation.Bubblewrap, [], CancellationToken.None);
        using var overlay = chosen.Overlay;
        Assert.That(overlay.Strategy.Name, Is.EqualTo(taken));
        Assert.That(string.Join(' ', chosen.Trials.Select(static trial => trial.Refusal?.Code).OfType<string>()), Is.EqualTo(refused));
        Assert.That(chosen.Reason, Does.StartWith($"{taken}, for Overlay does not work here (SBX1004: ").And.Contain(refused[^7..]));
        overlay.Discard();
    }
}
