namespace SandboxedBuild.Tasks.Tests;

internal sealed class Outcomes
{
    private const string Unchanged = "d 755 .\nf 644 file \"before\\n\"\n";
    private const string Changed = "d 755 .\nf 644 file \"after\\n\"\n";

    [TestCase("OnSuccess", "exit 0", "Committed", Changed)]
    [TestCase("OnSuccess", "exit 1", "RolledBack", Unchanged)]
    [TestCase("Always", "exit 0", "Committed", Changed)]
    [TestCase("Always", "exit 1", "Committed", Changed)]
    [TestCase("onsuccess", "exit 0", "Committed", Changed)]
    public void Commit_says_when(string commit, string end, string outcome, string tree)
    {
        using var project = new Project(new() { ["file"] = "before\n" });
        var step = project.Step("echo after > file; " + end, exec => exec.Commit = commit);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.Outcome, Is.EqualTo(outcome), step.Log);
            Assert.That(project.Tree.Describe(), Is.EqualTo(tree));
        }
    }

    [Test]
    public void An_ignored_exit_code_is_a_success()
    {
        using var project = new Project(new() { ["file"] = "before\n" });
        var step = project.Step("echo after > file; exit 3", exec => exec.IgnoreExitCode = true);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.Outcome, Is.EqualTo("Committed"), step.Log);
            Assert.That(project.Tree.Describe(), Is.EqualTo(Changed));
        }
    }

    [Test]
    public void An_error_in_the_output_is_a_failure()
    {
        using var project = new Project(new() { ["file"] = "before\n" });
        var step = project.Step("echo after > file; echo 'a.c(1): error E1: no'");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.Outcome, Is.EqualTo("RolledBack"), step.Log);
            Assert.That(project.Tree.Describe(), Is.EqualTo(Unchanged));
        }
    }

    [Test]
    public void What_a_failed_step_would_have_changed_is_told()
    {
        using var project = new Project(new() { ["file"] = "before\n" });
        var step = project.Step("echo after > file; exit 1").ShouldFailWith("MSB3073");
        Assert.That(step.Task.AddedFiles, Is.Null.Or.Empty);
        Assert.That(step.Task.Outcome, Is.EqualTo("RolledBack"));
    }

    [TestCase("exit 0")]
    [TestCase("exit 1")]
    public void Never_holds_the_changes_until_they_are_committed(string end)
    {
        using var project = new Project(new() { ["file"] = "before\n" });
        var step = project.Step("echo after > file; " + end, exec =>
        {
            exec.Commit = "Never";
            exec.IgnoreExitCode = true;
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.Outcome, Is.EqualTo("Held"), step.Log);
            Assert.That(step.Task.Changes.Describe(), Is.EqualTo("Modified File 0644 6 file\n"));
            Assert.That(step.Task.OverlayId, Is.Not.Null.And.Not.Empty);
            Assert.That(project.Tree.Describe(), Is.EqualTo(Unchanged));
        }

        var commit = project.Run(new OverlayCommit { Overlay = step.Task.OverlayId });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit.ShouldSucceed().Task.Outcome, Is.EqualTo("Committed"));
            Assert.That(commit.Task.ModifiedFiles.Describe(), Is.EqualTo("Modified File 0644 6 file\n"));
            Assert.That(project.Tree.Describe(), Is.EqualTo(Changed));
        }
    }

    [Test]
    public void Never_holds_the_changes_until_they_are_rolled_back()
    {
        using var project = new Project(new() { ["file"] = "before\n" });
        var step = project.Step("echo after > file", exec => exec.Commit = "Never").ShouldSucceed();
        project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo(Unchanged));
    }

    [Test]
    public void A_held_overlay_outlives_the_build()
    {
        using var project = new Project(new() { ["file"] = "before\n" });
        var id = project.Step("echo after > file", exec => exec.Commit = "Never").ShouldSucceed().Task.OverlayId;
        project.StartBuild();
        project.Run(new OverlayCommit { Overlay = id }).ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo(Changed));
    }
}
