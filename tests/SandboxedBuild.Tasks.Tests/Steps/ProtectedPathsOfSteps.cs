using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>A step that is allowed to run is not allowed to decide what runs outside.</summary>
internal sealed class ProtectedPathsOfSteps
{
    [Test]
    public void Its_changes_are_held_and_the_build_fails()
    {
        using var project = new Project(new() { ["the.csproj"] = "<Project/>", ["file"] = "before\n" });
        var before = project.Tree.Describe(TreeDetails.Times);
        var step = project.Step("echo evil >> the.csproj; echo after > file; mkdir .vscode; echo x > .vscode/tasks.json").ShouldFailWith("SBX3005");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.Outcome, Is.EqualTo("Held"));
            Assert.That(step.Task.Changes.Describe(), Does.Contain("Modified File 0644 15 the.csproj\n"));
            Assert.That(step.Diagnostics, Does.Contain("3 of the changed paths are protected").And.Contain("{tree}/the.csproj (Modified: MSBuild runs it)").And.Contain("{tree}/.vscode/tasks.json (Added: editors run or obey it)"));
            Assert.That(step.Diagnostics, Does.Contain($"dotnet sandbox commit {step.Task.OverlayId} --allow-protected").And.Contain("\"protected\": [ \".vscode/**\", \"the.csproj\" ]").And.Not.Contain("/file"));
            Assert.That(project.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
        }

        project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();
    }

    [TestCase("OnSuccess", "exit 0")]
    [TestCase("Always", "exit 3")]
    public void Whenever_it_would_commit(string commit, string end)
    {
        using var project = new Project();
        var step = project.Step("echo x > a.targets; " + end, exec =>
        {
            exec.Commit = commit;
            exec.IgnoreExitCode = true;
        }).ShouldFailWith("SBX3005");
        Assert.That((step.Task.Outcome, project.Tree.Has("a.targets")), Is.EqualTo(("Held", false)));
        project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();
    }

    [TestCase("exit 3", "RolledBack", "MSB3073", TestName = "a step that failed is rolled back as ever")]
    public void But_not_otherwise(string end, string outcome, string codes)
    {
        using var project = new Project();
        Assert.That(project.Step("echo x > a.targets; " + end).ShouldFailWith(codes).Task.Outcome, Is.EqualTo(outcome));
    }

    [Test]
    public void What_is_left_out_needs_no_grant()
    {
        using var project = new Project();
        project.Step("echo x > a.targets; echo x > a.cs", static exec => exec.CommitExclude = ["*.targets"]).ShouldSucceed();
        project.Step("echo x > b.targets; echo x > b.cs", static exec => exec.CommitInclude = ["*.cs"]).ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 a.cs \"x\\n\"\nf 644 b.cs \"x\\n\"\n"));
    }

    [Test]
    public void Undeclared_ones_may_be_thrown_away_instead()
    {
        using var project = new Project(settings: static settings => settings.UndeclaredChanges = "Discard");
        project.Step("echo x > a.targets; echo x > a.cs", exec => exec.Outputs = [new Microsoft.Build.Utilities.TaskItem("a.cs")]).ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 a.cs \"x\\n\"\n"));
    }

    [Test]
    public void A_shared_overlay_is_held_when_it_is_committed()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        project.Step("echo x > global.json; echo x > a.cs", exec => exec.Overlay = overlay).ShouldSucceed();
        var commit = project.Run(new OverlayCommit { Overlay = overlay }).ShouldFailWith("SBX3005");
        Assert.That((commit.Task.Outcome, commit.Task.AddedFiles.Length, project.Tree.Has("a.cs")), Is.EqualTo(("Held", 2, false)));

        project.StartBuild();
        project.Run(new OverlayCommit { Overlay = overlay, Exclude = ["global.json"] }).ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 a.cs \"x\\n\"\n"));
    }

    [Test]
    public void The_file_that_holds_the_step_and_the_policy_have_any_name()
    {
        using var project = new Project(new() { ["build.xml"] = "<Project/>", ["rules"] = "{}", ["src/x"] = "x" }, static settings => settings.PolicyFile = "../rules", directory: "src");
        project.Engine.ProjectFileOfTaskNode = project.Tree.PathOf("build.xml");
        var step = project.Step("echo x >> ../build.xml; echo x >> ../rules; echo y > ../rules2").ShouldFailWith("SBX3005");
        Assert.That(step.Diagnostics, Does.Contain("2 of the changed paths").And.Contain("{tree}/build.xml (Modified").And.Contain("{tree}/rules (Modified"));
        project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();
    }

    [TestCase(null, ".config/sandboxed-build/policy.json")]
    [TestCase(null, ".config/sandboxed-build/approvals.json")]
    [TestCase("settings", "settings/sandboxed-build/approvals.json")]
    public void What_the_user_has_allowed_is_protected_in_a_root_around_the_home_directory(string? configuration, string file)
    {
        var tree = new TemporaryTree();
        using var project = new Project(tree, environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = tree.Root, ["XDG_CONFIG_HOME"] = configuration is null ? null : tree.PathOf(configuration) });
        var step = project.Step($"mkdir -p {Path.GetDirectoryName(file)}; echo '{{}}' > {file}").ShouldFailWith("SBX3005");
        project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();
    }

    [Test]
    public void A_known_place_is_read_only()
    {
        using var project = new Project(new() { [".git/config"] = "[core]\n", ["src/nuget.config"] = "<configuration/>" }, directory: "src");
        project.Step("(echo x > ../.git/hooks; echo x > nuget.config; rm -r ../.git) 2>&1 | grep -c 'Read-only file system'; echo x > a.cs").ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nd 755 .git\nf 644 .git/config \"[core]\\n\"\nd 755 src\nf 644 src/a.cs \"x\\n\"\nf 644 src/nuget.config \"<configuration/>\"\n"));
    }

    [TestCase("""{ "allow": [ { "target": "(unknown)", "project": "the.csproj", "protected": [ "*.targets", ".git/**" ] } ] }""", "", TestName = "what the rule grants")]
    [TestCase("""{ "allow": [ { "target": "(unknown)", "project": "the.csproj", "protected": [ "*.targets", ".git/**" ] } ], "protect": [ "deploy" ] }""", "SBX3005", TestName = "what the policy protects")]
    [TestCase("""{ "allow": [ { "target": "(unknown)", "project": "the.csproj" } ] }""", "SBX3005", TestName = "a rule alone")]
    public void A_policy_grants_and_protects(string policy, string codes)
    {
        using var project = new Project(new() { ["sandbox.json"] = policy, [".git/config"] = "[core]\n" });
        var step = project.Step("echo x > a.targets; echo x > deploy; (echo x > .git/new) 2>/dev/null; true");
        Assert.That((step.Codes, project.Tree.Has("a.targets"), project.Tree.Has(".git/new")), Is.EqualTo((codes, codes.Length == 0, codes.Length == 0)), step.Log);
        if (codes.Length > 0)
        {
            project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();
        }
    }

    [TestCase("""{ "allow": [ { "target": "(unknown)", "project": "the.csproj", "protected": [ "a.targets" ] } ] }""", true)]
    [TestCase("""{ "allow": [ { "command": "echo **", "protected": [ "a.targets" ] } ] }""", false, TestName = "a grant to a step is none to who commits several")]
    public void The_rule_of_who_commits_an_overlay_grants(string policy, bool isCommitted)
    {
        using var project = new Project(new() { ["sandbox.json"] = policy });
        var overlay = project.CreateOverlay();
        project.Step("echo x > a.targets", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Run(new OverlayCommit { Overlay = overlay });
        Assert.That(project.Tree.Has("a.targets"), Is.EqualTo(isCommitted));
        if (!isCommitted)
        {
            project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
        }
    }
}
