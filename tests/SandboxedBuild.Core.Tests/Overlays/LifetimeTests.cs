using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Who owns an overlay, for how long, and who takes it away.</summary>
internal sealed class LifetimeTests
{
    [Test]
    public void An_overlay_of_a_living_owner_is_not_swept()
    {
        using var tree = new TemporaryTree();
        using var overlay = Store(tree).Create([tree.Root]);
        Store(tree).Sweep();
        Assert.That(Directory.Exists(overlay.Directory));
    }

    [Test]
    public void What_comes_where_a_removed_overlay_was_is_left_alone_by_the_watch_of_its_step()
    {
        using var tree = new TemporaryTree();
        var sandbox = Sandbox.Over(tree);
        sandbox.Run(":").ShouldSucceed();
        var directory = sandbox.Overlay.Directory;
        sandbox.Overlay.Discard();
        Directory.CreateDirectory(Path.Combine(directory, "somebody's"));
        sandbox.Abandon();
        Assert.That(() => RunningProcess.All().Any(process => process.CommandLine.Contains(directory, StringComparison.Ordinal)), Is.False.After(10_000, 10));
        Assert.That(Directory.Exists(Path.Combine(directory, "somebody's")));
    }

    [Test]
    public void An_overlay_without_an_owner_is_swept()
    {
        using var tree = new TemporaryTree();
        var overlay = Store(tree).Create([tree.Root]);
        overlay.Dispose();
        Assert.That(() => IsThereAfterSweep(tree, overlay.Directory), Is.False.After(5000, 10));
    }

    [Test]
    public void Whoever_only_looks_at_it_keeps_no_overlay_from_being_swept()
    {
        using var tree = new TemporaryTree();
        var overlay = Store(tree).Create([tree.Root]);
        overlay.Dispose();
        var owner = Path.Combine(overlay.Directory, "owner");
        Interop.FileLock? look = null;
        Assert.That(() => look = Interop.FileLock.TryTake(owner, create: false, shared: true), Is.Not.Null.After(5000, 10));
        var looking = Task.Delay(TimeSpan.FromSeconds(1)).ContinueWith(_ => look!.Dispose(), TaskScheduler.Default);
        Store(tree).Sweep();
        Assert.That(Directory.Exists(overlay.Directory), Is.False);
        looking.Wait();
    }

    [Test]
    public void A_lock_that_is_let_go_is_free_at_once_even_while_processes_are_started()
    {
        using var tree = new TemporaryTree();
        using var overlay = Store(tree).Create([tree.Root]);
        using var over = new CancellationTokenSource();

        // A process that has been forked off and has not yet become another program holds copies of all descriptors.
        var starter = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                Command.Run("true", []);
            }
        });
        var refused = 0;
        for (var round = 0; round < 3000 && refused == 0; round++)
        {
            using var turn = overlay.TryTakeTurn();
            refused += turn is null ? 1 : 0;
        }

        over.Cancel();
        starter.Wait();
        Assert.That(refused, Is.Zero);
    }

    [Test]
    public void A_held_overlay_is_not_swept_and_can_be_opened_and_committed()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        string id;
        using (var sandbox = Sandbox.Over(tree))
        {
            sandbox.Run("echo new > file; chmod 000 file").ShouldSucceed();
            id = sandbox.Overlay.Id;
            sandbox.Overlay.Hold();
            sandbox.Overlay.Dispose();
            Store(tree).Sweep();

            using var opened = Store(tree).Open(id);
            using (Assert.EnterMultipleScope())
            {
                Assert.That((opened.Id, opened.IsHeld, opened.IsOwner), Is.EqualTo((id, true, true)));
                Assert.That(opened.Roots, Is.EqualTo(sandbox.Overlay.Roots));
                Assert.That(opened.Marker, Is.EqualTo(sandbox.Overlay.Marker));
                Assert.That(ChangeText.Of(SandboxedBuild.Changes.Collector.Collect(opened).Reported), Is.EqualTo("Modified File file"));
            }
        }

        Assert.That(Refusal.Of(() => Store(tree).Open(id)).Code, Is.EqualTo("SBX2004"));
    }

    [Test]
    public void Who_opens_an_owned_overlay_does_not_own_it()
    {
        using var tree = new TemporaryTree();
        using var overlay = Store(tree).Create([tree.Root]);
        using var opened = Store(tree).Open(overlay.Id);
        Assert.That((overlay.IsOwner, opened.IsOwner), Is.EqualTo((true, false)));
    }

    [Test]
    public void Only_one_step_has_its_turn()
    {
        using var tree = new TemporaryTree();
        using var overlay = Store(tree).Create([tree.Root]);
        using var opened = Store(tree).Open(overlay.Id);
        var turn = overlay.TakeTurn(CancellationToken.None);
        Assert.That(opened.TryTakeTurn(), Is.Null);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.That(() => opened.TakeTurn(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        var next = Task.Run(() => opened.TakeTurn(CancellationToken.None));
        Assert.That(next.IsCompleted, Is.False);
        turn.Dispose();
        Assert.That(next.Wait(TimeSpan.FromSeconds(10)));
        next.Result.Dispose();
    }

    [Test]
    public void State_of_different_roots_is_removed_as_a_whole()
    {
        using var tree = new TemporaryTree();
        using var other = new OtherMount();
        var second = Directory.CreateDirectory(Path.Combine(other.Path, "root")).FullName;
        var overlay = Store(tree).Create([tree.Root, second]);
        Assert.That(overlay.Roots.Select(static root => Directory.Exists(root.Storage)), Is.All.True);
        overlay.Dispose();
        Assert.That(() => IsThereAfterSweep(tree, overlay.Directory), Is.False.After(5000, 10));
        Assert.That(overlay.Roots.Select(static root => Directory.Exists(root.Storage)), Is.All.False);
    }

    [Test]
    public void An_owner_that_is_killed_leaves_its_overlay_to_the_sweep()
    {
        using var tree = new TemporaryTree();
        using var owner = Scenario.Start(Own, tree.Root, tree.Beside("state"));
        Store(tree).Sweep();
        var state = States(tree).Single();

        owner.Kill();
        owner.WaitForExit();
        Assert.That(() => IsThereAfterSweep(tree, state), Is.False.After(5000, 10));
    }

    private static void Own(string[] arguments)
    {
        using var overlay = new OverlayStore(Callers.At("/nonexistent"), arguments[1]).Create([arguments[0]]);
        Scenario.Say("ready");
        Console.In.ReadToEnd();
    }

    [Test]
    public void An_owner_that_is_killed_while_its_step_runs_leaves_nothing()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var owner = Scenario.Start(OwnAndRun, tree.Root, tree.Beside("state"));
        Assert.That(States(tree), Has.Length.EqualTo(1));

        owner.Kill();
        owner.WaitForExit();
        Assert.That(() => States(tree), Is.Empty.After(10_000, 50));
        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(10_000, 50));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"old\"\n"));
    }

    [TestCase(Isolation.Bubblewrap)]
    [TestCase(Isolation.Namespaces)]
    public void An_owner_that_is_killed_while_its_step_is_traced_leaves_nothing(Isolation isolation)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var owner = Scenario.Start(OwnAndTrace, tree.Root, tree.Beside("state"), isolation.ToString());
        Assert.That(States(tree), Has.Length.EqualTo(1));

        owner.Kill();
        owner.WaitForExit();
        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(10_000, 50));
        Assert.That(() => States(tree), Is.Empty.After(10_000, 50));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"old\"\n"));
    }

    /// <summary>Whoever is traced goes on alone when the tracer is killed, and each call that it would have stopped at fails.</summary>
    [TestCase(Isolation.Bubblewrap)]
    [TestCase(Isolation.Namespaces)]
    public void A_tracer_that_is_killed_takes_the_step_with_it(Isolation isolation)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using (var sandbox = Sandbox.Over(tree).In(isolation))
        {
            var start = sandbox.Prepare(Busy, null, out var launch, tracer: Tracer.Find(Callers.With()));
            using var running = launch;
            using var step = System.Diagnostics.Process.Start(start)!;
            Assert.That(step.StandardOutput.ReadLine(), Is.EqualTo("started"));
            var tracer = new RunningProcess(step.Id);
            Assert.That(tracer.CommandLine, Does.Contain("strace"));

            tracer.Kill();
            step.WaitForExit();
            Assert.That(() => RunningProcess.All().Where(process => process.CommandLine.Contains("sleep 1234", StringComparison.Ordinal) && process.Mentions(tree.Root)), Is.Empty.After(10_000, 50));
            Assert.That(launch.Finish(step.ExitCode).ExitCode, Is.Null.Or.EqualTo(137), "killed, as the sandbox or the first process in it says");
            Assert.That(launch.Trace(), Is.Not.Null);
        }

        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(10_000, 50));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"old\"\n"));
    }

    /// <summary>
    /// A sandbox asks to end with its parent when its setup is nearly over, and not if the parent is gone by then: what is killed early leaves processes that
    /// wait for ever, or even run the command.
    /// </summary>
    [TestCase(Isolation.Bubblewrap)]
    [TestCase(Isolation.Namespaces)]
    public void Nothing_of_a_step_outlives_its_program_whenever_that_is_killed(Isolation isolation)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using (var sandbox = Sandbox.Over(tree).In(isolation))
        {
            foreach (var delay in Moments())
            {
                using var step = StartAndKill(sandbox, delay, out var launch);
                using var running = launch;

                // As MSBuild, who reads all of the output before it asks what became of the step.
                launch.End();
                Assert.That(step.StandardOutput.ReadToEndAsync().Wait(TimeSpan.FromSeconds(10)), $"after {delay}");
                Assert.That(launch.Finish(step.ExitCode).ExitCode, Is.Null.Or.EqualTo(137), $"after {delay}");
                Assert.That(Commands(tree), Is.Empty, $"after {delay}");
            }
        }

        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(10_000, 50));
    }

    [TestCase(Isolation.Bubblewrap)]
    [TestCase(Isolation.Namespaces)]
    public void A_build_leaves_nothing_of_a_step_at_whatever_moment_both_are_killed(Isolation isolation)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        foreach (var delay in Moments())
        {
            // To the watch, a build whose locks are free is a dead one.
            var sandbox = Sandbox.Over(tree).In(isolation);
            StartAndKill(sandbox, delay, out var launch).Dispose();
            launch.Dispose();
            sandbox.Abandon();
        }

        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(20_000, 50));

        // Of one that was killed before there was a watch, the state is left to whoever comes next.
        Store(tree).Sweep();
        Assert.That(States(tree), Is.Empty);
    }

    [TestCase(Isolation.Bubblewrap)]
    [TestCase(Isolation.Namespaces)]
    public void The_command_does_not_have_the_mark_of_those_around_it(Isolation isolation)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(sandbox.Run("cat /proc/self/environ").ShouldSucceed().Output, Does.Contain("PATH=").And.Not.Contain("SANDBOXEDBUILD_STEP"));
    }

    /// <summary>Up to a little more than a setup takes.</summary>
    private static IEnumerable<TimeSpan> Moments()
    {
        var seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        return Enumerable.Range(0, Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 } ? 1000 : 60).Select(_ => TimeSpan.FromMilliseconds(random.NextDouble() * 25));
    }

    private static System.Diagnostics.Process StartAndKill(Sandbox sandbox, TimeSpan delay, out StepLaunch launch)
    {
        var step = System.Diagnostics.Process.Start(sandbox.Prepare(["/bin/sleep", "1234"], null, out launch))!;
        SpinWait.SpinUntil(static () => false, delay);
        step.Kill();
        step.WaitForExit();
        return step;
    }

    [Test]
    public void The_watch_outlives_the_process_group_of_the_build()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        var sandbox = Sandbox.Over(tree);
        var start = sandbox.Prepare(["sh", "-c", "echo started; sleep 1234"], null, out var launch);
        start.ArgumentList.Insert(0, start.FileName);
        start.FileName = "setsid";
        using (var step = System.Diagnostics.Process.Start(start)!)
        {
            Assert.That(step.StandardOutput.ReadLine(), Is.EqualTo("started"));
            Command.Run("kill", ["-KILL", "--", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"-{step.Id}")]);
            step.WaitForExit();
        }

        launch.Dispose();
        sandbox.Abandon();
        Assert.That(() => States(tree), Is.Empty.After(10_000, 50));
        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(10_000, 50));
    }

    [Test]
    public void An_owner_that_is_killed_soon_after_its_step_leaves_nothing()
    {
        using var tree = new TemporaryTree();
        var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo new > file").ShouldSucceed();
        sandbox.Abandon();
        Assert.That(() => States(tree), Is.Empty.After(10_000, 50));
        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(10_000, 50));
    }

    [Test]
    public void What_is_left_of_a_step_whose_watch_was_killed_too_ends_when_its_state_is_swept()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        var sandbox = Sandbox.Over(tree);
        var start = sandbox.Prepare(Unbound(tree), null, out var launch);
        using (var step = System.Diagnostics.Process.Start(start)!)
        {
            Assert.That(step.StandardOutput.ReadLine(), Is.EqualTo("started"));
            RunningProcess.All().Single(process => process.CommandLine.StartsWith("sh -c clean()", StringComparison.Ordinal) && process.CommandLine.Contains(tree.Surroundings, StringComparison.Ordinal)).Kill();
            step.Kill();
            step.WaitForExit();
        }

        launch.Dispose();
        sandbox.Abandon();
        Assert.That(RunningProcess.All().Any(process => process.Mentions(tree.Surroundings)));
        Store(tree).Sweep();
        Assert.That(States(tree), Is.Empty);
        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(10_000, 50));
    }

    [TestCase(Isolation.Bubblewrap, false)]
    [TestCase(Isolation.Bubblewrap, true)]
    [TestCase(Isolation.Namespaces, false)]
    [TestCase(Isolation.Namespaces, true)]
    public void A_command_that_unbinds_its_sandbox_from_the_build_ends_with_it(Isolation isolation, bool isBuildDead)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        var sandbox = Sandbox.Over(tree).In(isolation);
        using var step = System.Diagnostics.Process.Start(sandbox.Prepare(Unbound(tree), null, out var launch))!;
        Assert.That(step.StandardOutput.ReadLine(), Is.EqualTo("started"));
        step.Kill();
        step.WaitForExit();
        if (!isBuildDead)
        {
            launch.Finish(step.ExitCode);
            Assert.That(Commands(tree), Is.Empty);
            sandbox.Overlay.Discard();
        }

        launch.Dispose();
        sandbox.Abandon();
        Assert.That(() => RunningProcess.All().Where(process => process.Mentions(tree.Surroundings)), Is.Empty.After(10_000, 50));
        Assert.That(() => States(tree), Is.Empty.After(10_000, 50));
    }

    /// <summary>A command that has the first process take back its wish to end with its parent, by ptrace(2), and sleeps.</summary>
    private static string[] Unbound(TemporaryTree tree)
    {
        Assume.That(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture, Is.EqualTo(System.Runtime.InteropServices.Architecture.X64), "the program sets registers");
        File.WriteAllText(tree.Beside("unbind.c"), """
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/ptrace.h>
            #include <sys/user.h>
            #include <sys/wait.h>
            #include <unistd.h>
            int main(void) {
              struct user_regs_struct before, call;
              if (ptrace(PTRACE_ATTACH, 1, NULL, NULL) != 0) { perror("ptrace"); return 1; }
              waitpid(1, NULL, __WALL);
              ptrace(PTRACE_GETREGS, 1, NULL, &before);
              call = before;
              call.orig_rax = -1;
              call.rax = 157; /* prctl(PR_SET_PDEATHSIG, 0) by the instruction that it waits in */
              call.rdi = 1;
              call.rsi = 0;
              call.rip -= 2;
              ptrace(PTRACE_SETREGS, 1, NULL, &call);
              ptrace(PTRACE_SINGLESTEP, 1, NULL, NULL);
              waitpid(1, NULL, __WALL);
              ptrace(PTRACE_SETREGS, 1, NULL, &before);
              ptrace(PTRACE_DETACH, 1, NULL, NULL);
              puts("started");
              fflush(stdout);
              execl("/bin/sleep", "/bin/sleep", "1234", (char *)NULL);
              return 1;
            }
            """);
        Shell.Run(tree.Root, $"cc -o unbind {tree.Beside("unbind.c")}");
        return [tree.PathOf("unbind")];
    }

    /// <summary>Commands of steps in a tree, of which the sandbox shows nothing outside of it.</summary>
    private static IEnumerable<RunningProcess> Commands(TemporaryTree tree) =>
        RunningProcess.All().Where(process => process.CommandLine is "/bin/sleep 1234" && process.Mentions(tree.Surroundings));

    private static readonly string[] Busy = ["sh", "-c", "echo new > file; setsid sh -c 'sleep 1234 & sleep 1234' & echo started; sleep 1234"];

    private static void OwnAndTrace(string[] arguments)
    {
        using var sandbox = Sandbox.Over(arguments[1], arguments[0]).In(Enum.Parse<Isolation>(arguments[2]));
        var start = sandbox.Prepare(Busy, null, out _, tracer: Tracer.Find(Callers.With()) with { TracksReads = true });
        using var step = System.Diagnostics.Process.Start(start)!;
        step.StandardOutput.ReadLine();
        Scenario.Say("ready");
        step.WaitForExit();
    }

    /// <summary>The place beside a root is in the live tree, where other commands may write.</summary>
    [Test]
    public void What_clears_up_after_a_kill_follows_no_symlink()
    {
        using var tree = new TemporaryTree();
        using var memory = new OtherMount();
        var (root, victim) = (Path.Combine(memory.Path, "root"), Path.Combine(memory.Path, "victim"));
        Shell.Run(memory.Path, "mkdir -p root victim/step victim/other; chmod 500 victim/other");
        using var owner = Scenario.Start(OwnAndRun, root, tree.Beside("state"));
        var planted = Path.Combine(root, $".sandboxed-build-{Path.GetFileName(States(tree).Single())}");
        File.CreateSymbolicLink(planted, victim);

        owner.Kill();
        owner.WaitForExit();
        Assert.That(() => States(tree), Is.Empty.After(10_000, 50));
        Assert.That(Shell.Run(memory.Path, "ls root; stat -c '%a %n' victim/*"), Is.EqualTo("500 victim/other\n755 victim/step\n"));
    }

    private static void OwnAndRun(string[] arguments)
    {
        using var sandbox = Sandbox.Over(arguments[1], arguments[0]);
        var start = sandbox.Prepare(["sh", "-c", "echo new > file; mkdir shut; chmod 000 shut; echo started; sleep 100"], null, out _);
        using var step = System.Diagnostics.Process.Start(start)!;
        step.StandardOutput.ReadLine();
        Scenario.Say("ready");
        step.WaitForExit();
    }

    [TestCase("state", true)]
    [TestCase("disk", false)]
    public void A_link_to_a_state_that_was_deleted_by_hand_goes_but_not_that_to_a_disk_that_is_away(string deleted, bool goes)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        var caller = Callers.At(Directory.CreateDirectory(tree.Beside("home")).FullName);
        var cache = Directory.CreateDirectory(Path.Combine(tree.Beside("home"), ".cache/sandboxed-build/overlays")).FullName;
        var store = new OverlayStore(caller, tree.Beside("disk/state"));
        using (var overlay = store.Create([tree.Root]))
        {
            File.WriteAllText(Path.Combine(overlay.Roots[0].Upper, "file"), "new");
            SandboxedBuild.Commits.Commit.Run(overlay, SandboxedBuild.Changes.Collector.Collect(overlay), SandboxedBuild.Commits.CommitRequest.Everything with { Retention = Retention.Default });
            overlay.Discard();
        }

        using var held = store.Create([tree.Root]);
        string[] Links() => [.. new DirectoryInfo(cache).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Where(static entry => entry.LinkTarget is not null && entry.Name.Length == 25).Select(static entry => entry.Name)];
        Assert.That(Links(), Has.Length.EqualTo(2));
        Assert.That(store.Collect(), Is.Empty, "what is there stays");

        foreach (var state in Directory.GetDirectories(tree.Beside("disk/state"), "2*", SearchOption.AllDirectories).Where(static path => Path.GetFileName(path).Length == 25))
        {
            Directory.Delete(state, recursive: true);
        }

        if (deleted == "disk")
        {
            Directory.Move(tree.Beside("disk"), tree.Beside("away"));
        }

        Assert.That(new OverlayStore(caller, StateDirectory: null).Collect(), Has.Length.EqualTo(goes ? 2 : 0));
        Assert.That(Links(), Has.Length.EqualTo(goes ? 0 : 2));
    }

    [Test]
    public void Removing_does_not_follow_what_a_step_has_planted()
    {
        using var outside = new TemporaryTree { ["victim/file"] = "safe" };
        using var tree = new TemporaryTree { ["dir/file"] = "x" };
        using (var sandbox = Sandbox.Over(tree))
        {
            sandbox.Run($"ln -s {outside.Root} planted; rm -r dir; ln -s {outside.PathOf("victim")} dir; mkdir deep; ln -s / deep/all; chmod 000 deep").ShouldSucceed();
        }

        Assert.That(outside.Describe(), Is.EqualTo("d 755 .\nd 755 victim\nf 644 victim/file \"safe\"\n"));
    }

    [Test]
    public void Half_made_state_is_not_swept_while_it_is_made_nor_kept_for_ever()
    {
        using var tree = new TemporaryTree();
        var overlay = Store(tree).Create([tree.Root]);
        File.Delete(Path.Combine(overlay.Directory, "manifest.json"));
        Store(tree).Sweep();
        Assert.That(Directory.Exists(overlay.Directory));
        overlay.Dispose();
        Assert.That(() => IsThereAfterSweep(tree, overlay.Directory), Is.False.After(5000, 10));
    }

    private static bool IsThereAfterSweep(TemporaryTree tree, string directory)
    {
        Store(tree).Sweep();
        return Directory.Exists(directory);
    }

    private static string[] States(TemporaryTree tree) => [.. Directory.EnumerateDirectories(tree.Beside("state")).Where(static path => Path.GetFileName(path).StartsWith('2'))];

    private static OverlayStore Store(TemporaryTree tree) => new(Callers.At(Directory.CreateDirectory(tree.Beside("home")).FullName), tree.Beside("state"));
}
