using System.Text.Json;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>The ways in which writes are caught, as a project chooses them.</summary>
internal sealed class Strategies
{
    [TestCase("Auto", "Overlay")]
    [TestCase("Overlay", "Overlay")]
    [TestCase("FuseOverlay", "FuseOverlay")]
    [TestCase("copy", "Copy")]
    public void Of_a_step(string named, string taken)
    {
        using var project = new Project(new() { ["file"] = "old" });
        var step = project.Step("echo new > file; mkdir made; echo x > made/file", exec => exec.Strategy = named).ShouldSucceed();
        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
        Assert.That(project.Tree.Read("file"), Is.EqualTo("new\n"));
        Assert.That((data.RootElement.GetProperty("strategy").GetString(), data.RootElement.GetProperty("strategyReason").GetString()), Is.EqualTo((taken, $"{taken}, which works here")));
    }

    [Test]
    public void Of_a_project_and_of_one_of_its_steps()
    {
        using var project = new Project(settings: static settings => settings.Strategy = "Copy");
        Assert.That(StrategyOf(project.Step("true")), Is.EqualTo("Copy"));
        Assert.That(StrategyOf(project.Step("true", static exec => exec.Strategy = "Overlay")), Is.EqualTo("Overlay"));
    }

    [Test]
    public void Of_a_shared_overlay()
    {
        using var project = new Project(new() { ["file"] = "old" });
        var create = project.Run(new OverlayCreate { Strategy = "Copy" }).ShouldSucceed();
        Assert.That(create.Task.ChosenStrategy, Is.EqualTo("Copy"));
        var overlay = create.Task.Overlay;
        project.Step("echo one > file", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Step("echo two >> file", exec => exec.Overlay = overlay).ShouldSucceed();
        var other = project.Step("echo three >> file", exec => (exec.Overlay, exec.Strategy) = (overlay, "Overlay")).ShouldFailWith("SBX2007");
        Assert.That(other.Diagnostics, Does.Contain(overlay));
        Assert.That(project.Tree.Read("file"), Is.EqualTo("old"));
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Read("file"), Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public void What_is_held_by_a_copy_is_committed_by_another_build()
    {
        using var project = new Project(new() { ["file"] = "old" }, static settings => settings.Strategy = "Copy");
        var overlay = project.Step("echo new > file", static exec => exec.Commit = "Never").ShouldSucceed().Task.OverlayId;
        project.StartBuild();
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Read("file"), Is.EqualTo("new\n"));
    }

    private static string? StrategyOf(TaskRun<SandboxedExec> step)
    {
        using var data = JsonDocument.Parse(step.ShouldSucceed().Extended("SandboxedBuild.Step").Single().ExtendedData!);
        return data.RootElement.GetProperty("strategy").GetString();
    }
}
