using Microsoft.Build.Utilities;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>A value that a parameter does not know is an error that lists those it knows.</summary>
internal sealed class InvalidValues
{
    [TestCase("Commit", "OnSuccess", "Always", "Never")]
    [TestCase("Network", "None", "Host")]
    [TestCase("Strategy", "Auto", "Overlay", "FuseOverlay", "Copy")]
    [TestCase("Isolation", "Auto", "Bubblewrap", "Namespaces", "None")]
    public void Of_a_step(string parameter, params string[] valid)
    {
        using var project = new Project();
        var step = project.Step("echo > ran", exec => typeof(SandboxedExec).GetProperty(parameter)!.SetValue(exec, "Sometimes")).ShouldFailWith("SBX2007");
        ShouldTell(step.Diagnostics, parameter, valid);
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void Of_a_paths_access()
    {
        using var project = new Project();
        var path = new TaskItem("/usr");
        path.SetMetadata("Access", "Execute");
        var step = project.Step("echo > ran", exec => exec.Paths = [path]).ShouldFailWith("SBX2007");
        ShouldTell(step.Diagnostics, "Access", ["ReadOnly", "ReadWrite", "Hidden", "Temporary"]);
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void Of_a_commit()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        var commit = project.Run(new OverlayCommit { Overlay = overlay, OnConflict = "Merge" }).ShouldFailWith("SBX2007");
        ShouldTell(commit.Diagnostics, "OnConflict", ["Error", "Skip", "Overwrite"]);
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
    }

    [Test]
    public void Of_an_overlay()
    {
        using var project = new Project();
        var create = project.Run(new OverlayCreate { Strategy = "Copies" }).ShouldFailWith("SBX2007");
        ShouldTell(create.Diagnostics, "Strategy", ["Auto", "Overlay", "FuseOverlay", "Copy"]);
    }

    [TestCase("Strategy", "Auto", "Overlay", "FuseOverlay", "Copy")]
    [TestCase("OnUnavailable", "Error", "Weaken", "Plain")]
    [TestCase("Isolation", "Auto", "Bubblewrap", "Namespaces")]
    [TestCase("Network", "None", "Host")]
    [TestCase("Enabled", "True", "False")]
    [TestCase("OverrideExec", "True", "False")]
    [TestCase("Confirm", "Deny", "Hold", "Approve")]
    public void Of_a_setting(string parameter, params string[] valid)
    {
        using var project = new Project(settings: settings => typeof(RegisterSandboxSettings).GetProperty(parameter)!.SetValue(settings, "Sometimes"));
        project.Registration.ShouldFailWith("SBX2007");
        ShouldTell(project.Registration.Diagnostics, parameter, valid);
    }

    private static void ShouldTell(string diagnostics, string parameter, string[] valid)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(diagnostics, Does.Contain(parameter));
            foreach (var value in valid)
            {
                Assert.That(diagnostics, Does.Contain(value));
            }
        }
    }
}
