using System.Text.Json;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Steps that nothing surrounds: they run as they are, and what they change is told as with the strategy None.</summary>
internal sealed class Unsandboxed
{
    [TestCase("exit 0", "SBX1033")]
    [TestCase("exit 7", "SBX1033 MSB3073 SBX4023")]
    public void A_step_runs_as_it_is_with_a_warning_and_what_it_changed_is_told(string end, string codes)
    {
        using var project = Plain(new() { ["file"] = "old", ["gone"] = "old", ["former"] = "old" });
        var step = project.Step($"grep ^NoNewPrivs: /proc/self/status > file; rm gone; mv former moved; mkdir made; echo x > made/file; {end}");
        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((step.Codes, project.Tree.Read("file")), Is.EqualTo((codes, "NoNewPrivs:\t0\n")));
            Assert.That(Told(step), Is.EqualTo("Modified file, Deleted gone, Added made, Added made/file, Renamed moved"));
            Assert.That((Files(step.Task.AddedFiles), Files(step.Task.ModifiedFiles), Files(step.Task.DeletedFiles), Files(step.Task.RenamedFiles)), Is.EqualTo(("made/file", "file", "gone", "moved")));
            Assert.That(step.Extended("SandboxedBuild.ChangeSet").Single().ExtendedData, Does.Contain("\"outcome\":\"Committed\"").And.Contain("made/file"));
            Assert.That(string.Join(' ', new[] { "isolation", "strategy", "strategyReason", "network", "outcome" }.Select(name => data.RootElement.GetProperty(name))), Is.EqualTo("None None None, for nothing surrounds the command Host Committed"));
        }
    }

    [Test]
    public void A_step_that_changes_nothing_says_so()
    {
        using var project = Plain();
        Assert.That(project.Step("true").Task.Outcome, Is.EqualTo("Unchanged"));
    }

    [Test]
    public void A_strategy_that_takes_a_sandbox_is_named_in_the_warning()
    {
        using var project = Plain();
        var step = project.Step("echo > made", static exec => exec.Strategy = "Copy");
        step.ShouldWarnWith("SBX1033");
        Assert.That((step.Diagnostics.Contains("strategy Copy", StringComparison.Ordinal), Told(step)), Is.EqualTo((true, "Added made")));
        step = project.Step("echo > other", static exec => exec.Strategy = "None");
        step.ShouldWarnWith("SBX1033");
        Assert.That(step.Diagnostics, Does.Not.Contain("strategy"));
    }

    [TestCase("Never", "", UndeclaredChanges.Commit, "Commit=\"Never\"")]
    [TestCase("", "file", UndeclaredChanges.Commit, "CommitInclude or CommitExclude")]
    [TestCase("", "", UndeclaredChanges.Discard, "SandboxUndeclaredChanges=Discard")]
    [TestCase("", "", UndeclaredChanges.Error, "SandboxUndeclaredChanges=Error")]
    public void What_takes_a_way_back_is_refused_before_the_step_runs(string commit, string exclude, UndeclaredChanges undeclared, string said)
    {
        using var project = Plain(new() { ["file"] = "old" }, settings => settings.UndeclaredChanges = undeclared.ToString());
        var step = project.Step("echo new > file", exec => (exec.Commit, exec.CommitExclude) = (commit, exclude.Length > 0 ? [exclude] : [])).ShouldFailWith("SBX2051");
        Assert.That(step.Diagnostics, Does.Contain(said).And.Contain("SandboxIsolation is None"));
        Assert.That(project.Tree.Read("file"), Is.EqualTo("old"));
    }

    [Test]
    public void Changes_that_nothing_declares_are_told()
    {
        using var project = Plain(null, static settings => settings.UndeclaredChanges = "Warn");
        project.Step("echo > made; echo > other", static exec => exec.Outputs = [new Microsoft.Build.Utilities.TaskItem("made")]).ShouldWarnWith("SBX1033 SBX4014");
    }

    /// <summary>It had all rights, and a tool that works in a repository is meant to.</summary>
    [TestCase("", "SBX1033 SBX4023")]
    [TestCase(".git/**", "SBX1033")]
    public void What_is_protected_is_a_warning_without_a_grant_and_no_more(string granted, string codes)
    {
        using var project = Plain(new() { [".git/HEAD"] = "ref: refs/heads/main\n", ["sandbox.json"] = $"{{ \"allow\": [ {{ \"command\": \"sh ./commit.sh\", \"protected\": [ \"{(granted.Length > 0 ? granted : "other")}\" ] }} ] }}", ["commit.sh"] = "echo > .git/index; echo > made" });
        var step = project.Step("sh ./commit.sh");
        step.ShouldWarnWith(codes);
        Assert.That((step.Diagnostics.Contains(".git/index", StringComparison.Ordinal), Told(step)), Is.EqualTo((granted.Length == 0, "Added .git/index, Added made")));
    }

    [Test]
    public void Steps_share_an_overlay_that_takes_note()
    {
        using var project = Plain(new() { ["file"] = "old" });
        var create = project.Run(new OverlayCreate()).ShouldSucceed().Task;
        project.Step("echo one > file", exec => exec.Overlay = create.Overlay).ShouldWarnWith("SBX1033");
        project.Step("cat file; echo two > second", exec => exec.Overlay = create.Overlay).ShouldWarnWith("SBX1033");
        var commit = project.Run(new OverlayCommit { Overlay = create.Overlay }).ShouldSucceed().Task;
        Assert.That((create.ChosenStrategy, Files(commit.Changes), project.Tree.Read("file")), Is.EqualTo(("None", "file second", "one\n")));
        project.Run(new OverlayCreate { Strategy = "Copy" }).ShouldWarnWith("SBX1033");
    }

    [TestCase("Overlay")]
    [TestCase("Snapshot")]
    public void A_step_cannot_leave_its_changes_in_an_overlay_of_sandboxed_ones(string strategy)
    {
        using var project = new Project();
        var overlay = project.Run(new OverlayCreate { Strategy = strategy }).ShouldSucceed().Task.Overlay;
        project.Step("echo > ran", exec => (exec.Overlay, exec.Isolation) = (overlay, "None")).ShouldFailWith("SBX2051");
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void Where_it_cannot_be_told_what_a_step_changes_it_runs_and_that_is_said()
    {
        using var project = Plain(null, static settings => (settings.StateDirectory, settings.AuditLog) = ("/proc/nowhere", "false"));
        var step = project.Step("echo > made");
        step.ShouldWarnWith("SBX1033");
        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
        Assert.That((data.RootElement.GetProperty("outcome").GetString(), step.Task.Changes.Length, project.Tree.Has("made")), Is.EqualTo(("NotCaught", 0, true)));
        Assert.That(step.Diagnostics, Does.Contain("What it changes is not told").And.Contain("/proc/nowhere"));
        Assert.That(project.Run(new OverlayCreate()).ShouldFailWith("SBX2051").Diagnostics, Does.Contain("/proc/nowhere"));
    }

    private static Project Plain(TemporaryTree? tree = null, Action<RegisterSandboxSettings>? settings = null) => new(tree, registration =>
    {
        registration.Isolation = "None";
        settings?.Invoke(registration);
    });

    private static string Told(TaskRun<SandboxedExec> step) => string.Join(", ", step.Task.Changes.Select(static change => $"{change.GetMetadata("ChangeKind")} {change.GetMetadata("RelativePath")}"));

    private static string Files(Microsoft.Build.Framework.ITaskItem[] items) => string.Join(' ', items.Select(static item => item.GetMetadata("RelativePath")));
}
