using System.Text.Json;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>The ways in which writes are caught, as a project chooses them.</summary>
internal sealed class Strategies
{
    [TestCase("Auto", "Overlay")]
    [TestCase("Overlay", "Overlay")]
    [TestCase("FuseOverlay", "FuseOverlay")]
    [TestCase("copy", "Copy")]
    [TestCase("Snapshot", "Snapshot")]
    public void Of_a_step(string named, string taken)
    {
        using var project = new Project(new() { ["file"] = "old" });
        var step = project.Step("echo new > file; mkdir made; echo x > made/file", exec => exec.Strategy = named).ShouldSucceed();
        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
        Assert.That(project.Tree.Read("file"), Is.EqualTo("new\n"));
        Assert.That((data.RootElement.GetProperty("strategy").GetString(), data.RootElement.GetProperty("strategyReason").GetString()), Is.EqualTo((taken, $"{taken}, which works here")));
    }

    /// <summary>What makes a repository of a directory to git is there; that there is no commit in it yet does not matter.</summary>
    [Test]
    public void A_git_worktree_has_a_repository_of_the_steps_own()
    {
        using var project = new Project(new() { ["file"] = "old", [".git/HEAD"] = "ref: refs/heads/main\n", [".git/objects"] = TreeEntry.Directory(), [".git/refs/heads"] = TreeEntry.Directory() }, static settings => settings.Strategy = "GitWorktree");
        var step = project.Step("git -c user.name=x -c user.email=x@localhost commit -qm x --allow-empty && git add file && echo new > file");
        Assert.That(step.Diagnostics, Does.StartWith("warning SBX4025"));
        Assert.That((project.Tree.Read("file"), project.Tree.Has(".git/index")), Is.EqualTo(("new\n", false)));
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

    [Test]
    public void With_none_what_a_step_does_is_live_and_told_each_time_that_it_is()
    {
        using var project = new Project(new() { ["file"] = "old", ["gone"] = "old" }, static settings => settings.Strategy = "None");
        var step = project.Step("echo new > file; rm gone; mkdir made; echo x > made/file");
        Assert.That((step.Succeeded, step.Diagnostics), Is.EqualTo((true, step.Diagnostics)));
        Assert.That(step.Diagnostics, Does.StartWith("warning SBX1020").And.Not.Contain("SBX4023"));
        Assert.That((step.Task.Outcome, string.Join(' ', step.Task.Changes.Select(static change => $"{change.GetMetadata("ChangeKind")} {change.GetMetadata("RelativePath")}"))), Is.EqualTo(("Committed", "Modified file Deleted gone Added made Added made/file")));

        var failed = project.Step("echo half > file; exit 3");
        Assert.That((failed.Succeeded, project.Tree.Read("file"), failed.Task.Outcome, failed.Task.ModifiedFiles.Length), Is.EqualTo((false, "half\n", "Committed", 1)));
        Assert.That(failed.Diagnostics, Does.Contain("warning SBX4023"));
    }

    [TestCase("Never", "", UndeclaredChanges.Commit, "Commit=\"Never\"")]
    [TestCase("", "file", UndeclaredChanges.Commit, "CommitInclude or CommitExclude")]
    [TestCase("", "", UndeclaredChanges.Discard, "SandboxUndeclaredChanges=Discard")]
    [TestCase("", "", UndeclaredChanges.Error, "SandboxUndeclaredChanges=Error")]
    public void With_none_what_takes_a_way_back_is_refused_before_the_step_runs(string commit, string exclude, UndeclaredChanges undeclared, string said)
    {
        using var project = new Project(new() { ["file"] = "old" }, settings => (settings.Strategy, settings.UndeclaredChanges) = ("None", undeclared.ToString()));
        var step = project.Step("echo new > file", exec => (exec.Commit, exec.CommitExclude) = (commit, exclude.Length > 0 ? [exclude] : [])).ShouldFailWith("SBX1021");
        Assert.That(step.Diagnostics, Does.Contain(said));
        Assert.That(project.Tree.Read("file"), Is.EqualTo("old"));
    }

    [Test]
    public void With_none_a_shared_overlay_is_committed_by_taking_note_and_not_rolled_back()
    {
        using var project = new Project(new() { ["file"] = "old" }, static settings => settings.Strategy = "None");
        var overlay = project.Run(new OverlayCreate()).ShouldSucceed().Task.Overlay;
        project.Step("echo one > file", exec => exec.Overlay = overlay);
        project.Step("echo two >> file", exec => exec.Overlay = overlay);
        var commit = project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That((project.Tree.Read("file"), commit.Task.ModifiedFiles.Length), Is.EqualTo(("one\ntwo\n", 1)));

        overlay = project.Run(new OverlayCreate()).ShouldSucceed().Task.Overlay;
        project.Step("echo three > file", exec => exec.Overlay = overlay);
        Assert.That(project.Run(new OverlayCommit { Overlay = overlay, Exclude = ["file"] }).ShouldFailWith("SBX1021").Diagnostics, Does.Contain("SBX1021"));
        Assert.That(project.Run(new OverlayRollback { Overlay = overlay }).Diagnostics, Does.Contain("warning SBX4023").And.Contain("file"));
        Assert.That(project.Tree.Read("file"), Is.EqualTo("three\n"));
    }

    [Test]
    public void In_place_a_failed_step_is_taken_back()
    {
        using var project = new Project(new() { ["file"] = "old" }, static settings => settings.Strategy = "Snapshot");
        var before = project.Tree.Describe();
        var step = project.Step("echo new > file; mkdir made; exit 3");
        Assert.That((step.Succeeded, step.Task.Outcome), Is.EqualTo((false, "RolledBack")));
        Assert.That(project.Tree.Describe(), Is.EqualTo(before));
    }

    [Test]
    public void In_place_what_is_held_or_protected_is_taken_back_and_waits()
    {
        using var project = new Project(new() { ["file"] = "old" }, static settings => settings.Strategy = "Snapshot");
        var before = project.Tree.Describe();
        var overlay = project.Step("echo new > file", static exec => exec.Commit = "Never").ShouldSucceed().Task.OverlayId;
        Assert.That(project.Tree.Describe(), Is.EqualTo(before));
        var refused = project.Step("echo x > Directory.Build.rsp").ShouldFailWith("SBX3005").Task;
        Assert.That((project.Tree.Describe(), refused.Outcome), Is.EqualTo((before, "Held")));
        project.Run(new OverlayRollback { Overlay = refused.OverlayId }).ShouldSucceed();
        project.Step("echo a > a; echo b > b", static exec => exec.CommitInclude = ["a"]).ShouldSucceed();
        Assert.That((project.Tree.Has("a"), project.Tree.Has("b")), Is.EqualTo((true, false)));
        project.StartBuild();
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Read("file"), Is.EqualTo("new\n"));
    }

    /// <summary>The compiler, too, writes to the tree in between, and is not held up by it.</summary>
    [Test]
    public void In_place_steps_of_a_shared_overlay_are_taken_back_together()
    {
        using var project = new Project(new() { ["file"] = "old" });
        var overlay = project.Run(new OverlayCreate { Strategy = "Snapshot" }).ShouldSucceed().Task.Overlay;
        project.Step("echo one > file", exec => exec.Overlay = overlay).ShouldSucceed();
        File.WriteAllText(project.Tree.PathOf("compiled"), "x");
        project.Step("echo alone > alone", static exec => exec.Strategy = "Overlay").ShouldSucceed();
        project.Step("cat file; echo two > second", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
        Assert.That((project.Tree.Read("file"), project.Tree.Has("second"), project.Tree.Has("compiled"), project.Tree.Has("alone")), Is.EqualTo(("old", false, true, true)));
    }

    private static string? StrategyOf(TaskRun<SandboxedExec> step)
    {
        using var data = JsonDocument.Parse(step.ShouldSucceed().Extended("SandboxedBuild.Step").Single().ExtendedData!);
        return data.RootElement.GetProperty("strategy").GetString();
    }
}
