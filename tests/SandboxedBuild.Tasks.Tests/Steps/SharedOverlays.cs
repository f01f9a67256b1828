namespace SandboxedBuild.Tasks.Tests;

internal sealed class SharedOverlays
{
    [Test]
    public void Steps_see_what_the_steps_before_them_wrote_and_the_live_tree_does_not()
    {
        using var project = new Project(new() { ["file"] = "0\n" });
        var overlay = project.CreateOverlay();
        var first = project.Step("echo 1 >> file; echo new > new", exec => exec.Overlay = overlay);
        var second = project.Step("cat file new; echo 2 >> file; rm new", exec => exec.Overlay = overlay);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.ShouldSucceed().Task.Outcome, Is.EqualTo("Held"));
            Assert.That(first.Task.OverlayId, Is.EqualTo(overlay));
            Assert.That(second.ShouldSucceed().Log, Does.Contain("High: 0\nHigh: 1\nHigh: new\n"));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"0\\n\"\n"));
        }

        var commit = project.Run(new OverlayCommit { Overlay = overlay });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit.ShouldSucceed().Task.Changes.Describe(), Is.EqualTo("Modified File 0644 6 file\n"));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"0\\n1\\n2\\n\"\n"));
        }
    }

    [Test]
    public void A_step_that_fails_takes_the_whole_overlay_with_it()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        project.Step("echo 1 > one", exec => exec.Overlay = overlay).ShouldSucceed();
        var failing = project.Step("echo 2 > two; exit 1", exec => exec.Overlay = overlay).ShouldFailWith("MSB3073");
        Assert.That(failing.Task.Outcome, Is.EqualTo("RolledBack"));
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldFailWith("SBX2004");
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\n"));
    }

    [Test]
    public void Unless_it_commits_always()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        project.Step("echo 1 > one", exec => exec.Overlay = overlay).ShouldSucceed();
        var failing = project.Step("echo 2 > two; exit 1", exec =>
        {
            exec.Overlay = overlay;
            exec.Commit = "Always";
        }).ShouldFailWith("MSB3073");
        Assert.That(failing.Task.Outcome, Is.EqualTo("Held"));
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 one \"1\\n\"\nf 644 two \"2\\n\"\n"));
    }

    [Test]
    public void Steps_that_want_it_at_once_take_turns()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        Parallel.For(0, 4, new() { MaxDegreeOfParallelism = 4 }, number =>
            project.Run(new SandboxedExec
            {
                // Whoever runs beside another one reads the same number twice.
                Command = "n=$(cat count 2>/dev/null || echo 0); sleep 0.1; echo $((n + 1)) > count",
                Overlay = overlay,
            }));
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Read("count"), Is.EqualTo("4\n"));
    }

    [Test]
    public void Steps_with_overlays_of_their_own_run_side_by_side()
    {
        using var project = new Project();
        Parallel.For(0, 4, new() { MaxDegreeOfParallelism = 4 }, number => project.Run(new SandboxedExec { Command = $"echo {number} > file{number}" }));
        Assert.That(project.Tree.Describe(), Is.EqualTo(
            "d 755 .\nf 644 file0 \"0\\n\"\nf 644 file1 \"1\\n\"\nf 644 file2 \"2\\n\"\nf 644 file3 \"3\\n\"\n"));
    }

    [Test]
    public void A_step_that_waits_for_its_turn_can_be_cancelled()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        var first = new SandboxedExec { Command = "echo begun; sleep 20", Overlay = overlay };
        var second = new SandboxedExec { Command = "echo never", Overlay = overlay };
        var running = Task.Run(() => project.Run(first));
        project.Engine.WaitFor(logged => logged.Message == "begun");
        var waiting = Task.Run(() => project.Run(second));
        Thread.Sleep(300);
        second.Cancel();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.Wait(TimeSpan.FromSeconds(10)), Is.True, "it still waits");
            Assert.That(waiting.Result.Succeeded, Is.False);
            Assert.That(running.IsCompleted, Is.False, "the step whose turn it is goes on");
        }

        first.Cancel();
        Assert.That(running.Result.Succeeded, Is.False);
    }

    [Test]
    public void One_in_which_a_step_runs_is_neither_committed_nor_rolled_back()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        var step = new SandboxedExec { Command = "echo begun; sleep 20", Overlay = overlay };
        var running = Task.Run(() => project.Run(step));
        project.Engine.WaitFor(logged => logged.Message == "begun");
        using (Assert.EnterMultipleScope())
        {
            project.Run(new OverlayCommit { Overlay = overlay }).ShouldFailWith("SBX2005");
            project.Run(new OverlayRollback { Overlay = overlay }).ShouldFailWith("SBX2005");
            Assert.That(running.IsCompleted, Is.False);
        }

        step.Cancel();
        running.Wait();
    }

    [Test]
    public void An_unknown_one_is_an_error()
    {
        using var project = new Project();
        project.Step("echo > ran", exec => exec.Overlay = "20200101T000000Z-00000000").ShouldFailWith("SBX2004");
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [TestCase("../../etc")]
    [TestCase("/etc")]
    [TestCase("..")]
    [TestCase("a/b")]
    public void An_id_is_not_a_path(string id)
    {
        using var project = new Project();
        project.Step("echo > ran", exec => exec.Overlay = id).ShouldFailWith("SBX2004");
        project.Run(new OverlayCommit { Overlay = id }).ShouldFailWith("SBX2004");
        project.Run(new OverlayRollback { Overlay = id }).ShouldFailWith("SBX2004");
    }
}
