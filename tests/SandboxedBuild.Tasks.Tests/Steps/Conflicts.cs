using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>What was edited in the live tree meanwhile is not overwritten.</summary>
internal sealed class Conflicts
{
    [Test]
    public void A_step_is_not_committed_over_a_live_edit()
    {
        using var project = Edited(out var overlay);
        var commit = project.Run(new OverlayCommit { Overlay = overlay }).ShouldFailWith("SBX4001");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit.Diagnostics, Does.Contain("file"));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"by hand\\n\"\n"), "nothing at all is committed");
        }

        // The changes are still there for another try.
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
    }

    [Test]
    public void The_rest_is_committed_if_conflicts_are_skipped()
    {
        using var project = Edited(out var overlay);
        var commit = project.Run(new OverlayCommit { Overlay = overlay, OnConflict = "Skip" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit.Succeeded, Is.True, commit.Log);
            Assert.That(commit.Task.Changes.Describe(), Is.EqualTo("Added File 0644 4 other\n"));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"by hand\\n\"\nf 644 other \"new\\n\"\n"));
        }
    }

    [Test]
    public void The_live_edit_is_lost_if_conflicts_are_overwritten()
    {
        using var project = Edited(out var overlay);
        var commit = project.Run(new OverlayCommit { Overlay = overlay, OnConflict = "Overwrite" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit.Succeeded, Is.True, commit.Log);
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"by the step\\n\"\nf 644 other \"new\\n\"\n"));
        }
    }

    [TestCase("rm file")]
    [TestCase("echo by the step > file")]
    [TestCase("mv file moved")]
    [TestCase("rm file; mkdir file")]
    public void A_live_edit_while_a_step_runs_is_one_too(string change)
    {
        var edited = false;
        var result = ExecRun.Sandboxed(new ExecCase($"{change}; echo done; sleep 3")
        {
            Tree = tree => tree["file"] = "before\n",
            During = (exec, engine) =>
            {
                engine.WaitFor(logged => logged.Message == "done");
                File.WriteAllText(Path.Combine(exec.TaskEnvironment.ProjectDirectory, "file"), "by hand\n");
                edited = true;
            },
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(edited, Is.True);
            Assert.That(result.Succeeded, Is.False, result.ToString());
            Assert.That(result.ToString(), Does.Contain("error SBX4001"));
            Assert.That(result.TreeAfter, Is.EqualTo("d 755 .\nf 644 file \"by hand\\n\"\n"));
        }
    }

    [Test]
    public void A_live_edit_of_what_the_step_does_not_change_is_none()
    {
        using var project = new Project(new() { ["file"] = "before\n", ["mine"] = "before\n" });
        var overlay = project.CreateOverlay();
        project.Step("echo by the step > file", exec => exec.Overlay = overlay).ShouldSucceed();
        File.WriteAllText(project.Tree.PathOf("mine"), "by hand\n");
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"by the step\\n\"\nf 644 mine \"by hand\\n\"\n"));
    }

    [Test]
    public void A_file_that_appeared_in_a_deleted_directory_is_one()
    {
        using var project = new Project(new() { ["dir/file"] = "before\n" });
        var overlay = project.CreateOverlay();
        project.Step("rm -r dir", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Tree["dir/mine"] = "by hand\n";
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldFailWith("SBX4001");
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/file \"before\\n\"\nf 644 dir/mine \"by hand\\n\"\n"));
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
    }

    /// <summary>A step changed <c>file</c> and added <c>other</c>; then <c>file</c> was changed by hand.</summary>
    private static Project Edited(out string overlay)
    {
        var project = new Project(new TemporaryTree { ["file"] = "before\n" });
        overlay = project.CreateOverlay();
        var shared = overlay;
        project.Step("echo by the step > file; echo new > other", exec => exec.Overlay = shared).ShouldSucceed();
        File.WriteAllText(project.Tree.PathOf("file"), "by hand\n");
        return project;
    }
}
