using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>SandboxConfirm=Hold: what no rule admits runs, and a person looks at what it did before it is live.</summary>
internal sealed class Holding
{
    [Test]
    public void The_changes_of_a_step_without_a_rule_wait()
    {
        using var project = Held();
        var step = project.Step("sh -c 'echo x > ran; rm file'");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((step.Succeeded, step.Codes, step.Task.Outcome), Is.EqualTo((true, "SBX3011", "Held")), step.Log);
            Assert.That(step.Diagnostics, Does.Contain($"dotnet sandbox review {step.Task.OverlayId}"));
            Assert.That(step.Task.Changes.Describe(), Is.EqualTo("Deleted File 0644 4 file\nAdded File 0644 2 ran\n"));
            Assert.That((project.Tree.Has("ran"), project.Tree.Has("file")), Is.EqualTo((false, true)));
        }

        project.Run(new OverlayCommit { Overlay = step.Task.OverlayId }).ShouldWarnWith("SBX3011");
        project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();
    }

    [Test]
    public void It_gets_nothing_that_it_asks_for()
    {
        using var project = Held(environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["MORE"] = "more" });
        var step = project.Step("sh -c 'readlink /proc/self/ns/net; echo [$MORE]'", exec => (exec.Network, exec.PassEnvironment) = ("Host", [new Microsoft.Build.Utilities.TaskItem("MORE")]));
        Assert.That(step.ShouldSucceed().Log, Does.EndWith("\nHigh: []\n").And.Not.Contain(new FileInfo("/proc/self/ns/net").LinkTarget));
    }

    [Test]
    public void One_that_changes_nothing_leaves_nothing()
    {
        using var project = Held();
        Assert.That(project.Step("sh -c true").ShouldSucceed().Task.Outcome, Is.EqualTo("Unchanged"));
    }

    [Test]
    public void One_that_fails_is_rolled_back()
    {
        using var project = Held();
        Assert.That(project.Step("sh -c 'rm file; exit 3'").ShouldFailWith("MSB3073").Task.Outcome, Is.EqualTo("RolledBack"));
    }

    [Test]
    public void A_step_with_a_rule_is_committed()
    {
        using var project = Held();
        project.Tree["sandbox.json"] = """{ "allow": [ { "command": "sh **" } ] }""";
        Assert.That(project.Step("sh -c 'rm file'").ShouldSucceed().Task.Outcome, Is.EqualTo("Committed"));
    }

    [Test]
    public void A_shared_overlay_in_which_one_ran_is_not_committed()
    {
        using var project = Held();
        project.Tree["sandbox.json"] = """{ "allow": [ { "command": "env **" } ] }""";
        var overlay = project.CreateOverlay();
        project.Step("env touch one", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Step("sh -c 'touch two'", exec => exec.Overlay = overlay).ShouldWarnWith("SBX3011");
        project.Step("env touch three", exec => exec.Overlay = overlay).ShouldSucceed();
        var commit = project.Run(new OverlayCommit { Overlay = overlay });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((commit.Codes, commit.Task.Outcome, commit.Task.AddedFiles.Length), Is.EqualTo(("SBX3011", "Held", 3)));
            Assert.That(project.Tree.Has("one"), Is.False);
        }

        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
    }

    [Test]
    public void What_nobody_has_looked_at_gets_no_grant_of_a_later_step()
    {
        using var project = Held(environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["MORE"] = "more" });
        project.Tree["sandbox.json"] = """{ "allow": [ { "command": "env sh run", "network": "Host", "environment": [ "MORE" ] } ] }""";
        var overlay = project.CreateOverlay();
        project.Step("sh -c 'echo \"readlink /proc/self/ns/net; echo [\\$MORE]\" > run'", exec => exec.Overlay = overlay).ShouldWarnWith("SBX3011");
        var step = project.Step("env sh run", exec => exec.Overlay = overlay).ShouldSucceed();
        Assert.That(step.Log, Does.EndWith("\nHigh: []\n").And.Not.Contain(new FileInfo("/proc/self/ns/net").LinkTarget));
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
    }

    [TestCase("Hold")]
    [TestCase("Approve")]
    public void What_is_held_stays_protected_whoever_commits_it(string confirm)
    {
        using var project = new Project(
            new() { ["other.json"] = """{ "protect": [ "deploy/**" ] }""", ["the.build"] = "<Project />", ["deploy/go.sh"] = "x" },
            settings => (settings.Confirm, settings.PolicyFile) = (confirm, "other.json"));
        project.Engine.ProjectFileOfTaskNode = project.Tree.PathOf("the.build");
        var step = project.Step("sh -c 'for f in deploy/go.sh other.json the.build; do echo y > $f; done'", exec => exec.Commit = "Never");
        var note = SandboxedBuild.Policies.ProtectionNote.Of(Path.Combine(project.Tree.StateDirectory(), step.Task.OverlayId));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.Outcome, Is.EqualTo("Held"));
            Assert.That(note.Paths, Does.Contain(project.Tree.PathOf("other.json")).And.Contain(project.Tree.PathOf("the.build")));
            Assert.That(note.Globs, Is.EqualTo(new[] { new SandboxedBuild.Policies.PathGlob(project.Tree.Root, "deploy/**") }));
        }

        project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();
    }

    private static Project Held(IReadOnlyDictionary<string, string?>? environment = null) =>
        new(new() { ["file"] = "old\n" }, settings => settings.Confirm = "Hold", environment);
}
