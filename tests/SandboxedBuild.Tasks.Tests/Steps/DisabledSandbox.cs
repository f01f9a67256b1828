namespace SandboxedBuild.Tasks.Tests;

/// <summary>SandboxEnabled=false takes the sandbox away, not the steps.</summary>
internal sealed class DisabledSandbox
{
    [Test]
    public void A_step_runs_as_a_plain_command_and_says_so()
    {
        using var project = new Project(settings: settings => settings.Enabled = "false");
        var step = project.Step("echo x > file; readlink /proc/self/ns/net; exit 0").ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Log, Does.Contain("SandboxEnabled"));
            Assert.That(step.Log, Does.Contain(new FileInfo("/proc/self/ns/net").LinkTarget));
            Assert.That(project.Tree.Read("file"), Is.EqualTo("x\n"));
            Assert.That(step.Task.Changes, Is.Null.Or.Empty);
        }
    }

    [Test]
    public void A_failing_step_fails_and_is_not_rolled_back()
    {
        using var project = new Project(settings: settings => settings.Enabled = "false");
        project.Step("echo x > file; exit 4").ShouldFailWith("MSB3073");
        Assert.That(project.Tree.Has("file"), Is.True);
    }

    [Test]
    public void It_asks_nobody()
    {
        using var project = new Project(settings: settings => (settings.Enabled, settings.Confirm) = ("false", "Deny"));
        project.Step("true").ShouldSucceed();
    }

    [Test]
    public void Overlays_are_not_made()
    {
        using var project = new Project(settings: settings => settings.Enabled = "false");
        var overlay = project.Run(new OverlayCreate()).ShouldSucceed().Task.Overlay;
        project.Step("echo x > file", exec => exec.Overlay = overlay).ShouldSucceed();
        Assert.That(project.Tree.Has("file"), Is.True);
        var commit = project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(commit.Task.Changes, Is.Null.Or.Empty);
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Has("file"), Is.True);
    }
}
