using Microsoft.Build.Utilities;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Who may run a step: what sandbox.json allows, or everybody if the build was told to approve.</summary>
internal sealed class Gates
{
    private const string ProjectFile =
        """
        <Project>
          <Target Name="Generate">
            <SandboxedExec Command="echo x > ran" />
          </Target>
          <Target Name="Other">
            <SandboxedExec Command="echo x > ran" />
          </Target>
        </Project>
        """;

    [Test]
    public void A_step_that_no_rule_allows_is_denied_and_told_the_rule()
    {
        using var project = Denying(null);
        var step = At(project, 3).ShouldFailWith("SBX2001");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Diagnostics, Does.Contain("Generate").And.Contain("sandbox.json"));
            Assert.That(project.Tree.Has("ran"), Is.False);
        }
    }

    [TestCase("""{ "allow": [ { "target": "Generate" } ] }""", 3, true)]
    [TestCase("""{ "allow": [ { "target": "Generate" } ] }""", 6, false)]
    [TestCase("""{ "allow": [ { "target": "generate" } ] }""", 3, true)]
    [TestCase("""{ "allow": [ { "target": "Generate", "project": "*.csproj" } ] }""", 3, true)]
    [TestCase("""{ "allow": [ { "target": "Generate", "project": "**/*.csproj" } ] }""", 3, true)]
    [TestCase("""{ "allow": [ { "target": "Generate", "project": "other/*.csproj" } ] }""", 3, false)]
    [TestCase("""{ "allow": [ { "target": "Other" }, { "target": "Generate" } ] }""", 3, true)]
    [TestCase("""{ "allow": [] }""", 3, false)]
    [TestCase("""{ }""", 3, false)]
    public void A_rule_names_a_target_and_may_name_a_project(string policy, int line, bool allowed)
    {
        using var project = Denying(policy);
        var step = At(project, line);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Succeeded, Is.EqualTo(allowed), step.Log);
            Assert.That(step.Codes, Is.EqualTo(allowed ? "" : "SBX2001"));
            Assert.That(project.Tree.Has("ran"), Is.EqualTo(allowed));
        }
    }

    [TestCase("{ \"allow\": [ }", 1)]
    [TestCase("{\n  \"allow\": [\n    { \"target\": 7 }\n  ]\n}", 3)]
    [TestCase("{\n  \"allow\": [\n    { \"project\": \"*\" }\n  ]\n}", 3)]
    [TestCase("[]", 1)]
    [TestCase("", 1)]
    public void A_policy_that_is_broken_is_an_error_where_it_is_broken(string policy, int line)
    {
        using var project = Denying(policy);
        var run = At(project, 3);
        Assert.That(run.Diagnostics, Does.Match($@"(?m)^error SBX2002 at \{{tree\}}/sandbox.json\({line},\d+\): "), run.Log);
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void A_broken_policy_stops_an_approved_step_too_or_is_not_looked_at()
    {
        using var project = new Project(new() { ["sandbox.json"] = "{", ["the.csproj"] = ProjectFile });
        var step = At(project, 3);
        Assert.That(step.Codes, Is.AnyOf("SBX2002", ""), step.Log);
    }

    [Test]
    public void The_nearest_policy_upward_counts()
    {
        using var project = new Project(
            new()
            {
                ["sandbox.json"] = """{ "allow": [ { "target": "Other" } ] }""",
                ["src/sandbox.json"] = """{ "allow": [ { "target": "Generate", "project": "app/*.csproj" } ] }""",
                ["src/app/the.csproj"] = ProjectFile,
            },
            settings => settings.Confirm = "Deny",
            directory: "src/app");
        using (Assert.EnterMultipleScope())
        {
            At(project, 3).ShouldSucceed();
            At(project, 6).ShouldFailWith("SBX2001");
        }
    }

    [Test]
    public void A_policy_that_is_named_counts_alone()
    {
        using var project = new Project(
            new()
            {
                ["sandbox.json"] = """{ "allow": [ { "target": "Generate" } ] }""",
                ["other.json"] = """{ "allow": [ { "target": "Other" } ] }""",
                ["the.csproj"] = ProjectFile,
            },
            settings => (settings.Confirm, settings.PolicyFile) = ("Deny", "other.json"));
        using (Assert.EnterMultipleScope())
        {
            At(project, 3).ShouldFailWith("SBX2001");
            At(project, 6).ShouldSucceed();
        }
    }

    [Test]
    public void A_policy_that_is_named_and_missing_is_an_error()
    {
        using var project = new Project(new() { ["the.csproj"] = ProjectFile }, settings => (settings.Confirm, settings.PolicyFile) = ("Deny", "missing.json"));
        At(project, 3).ShouldFailWith("SBX2002");
    }

    [Test]
    public void A_step_in_a_file_outside_of_the_policys_directory_is_not_meant()
    {
        using var other = new TemporaryTree { ["package.targets"] = ProjectFile };
        using var project = Denying("""{ "allow": [ { "target": "Generate" } ] }""");
        project.Engine.ProjectFileOfTaskNode = other.PathOf("package.targets");
        At(project, 3).ShouldFailWith("SBX2001");
    }

    [TestCase("packages", "{ \"target\": \"Generate\" }", false)]
    [TestCase("packages", "{ \"target\": \"Generate\", \"project\": \"**\" }", false)]
    [TestCase("packages", "{ \"target\": \"Generate\", \"project\": \"packages/p/p.targets\" }", true)]
    [TestCase("link", "{ \"target\": \"Generate\" }", false)]
    [TestCase("other", "{ \"target\": \"Generate\" }", true)]
    public void A_package_in_the_root_is_not_the_project(string through, string rule, bool allowed)
    {
        using var project = WithPackage(settings => settings.Confirm = "Deny");
        project.Tree["sandbox.json"] = $$"""{ "allow": [ {{rule}} ] }""";
        project.Engine.ProjectFileOfTaskNode = project.Tree.PathOf(through + "/p/p.targets");
        Assert.That(At(project, 3).Codes, Is.EqualTo(allowed ? "" : "SBX2001"));
    }

    [TestCase("echo x > packages/p/p.targets")]
    [TestCase("rm packages/p/p.targets")]
    [TestCase("echo x > packages/p/new.targets")]
    [TestCase("echo x > link/p/p.targets")]
    [TestCase("mv packages gone")]
    [TestCase("mount -o remount,rw,bind $PWD/packages")]
    public void A_package_in_the_root_is_not_changed(string attempt)
    {
        using var project = WithPackage();
        project.Step($"( {attempt} ) 2>/dev/null && echo possible; cat packages/p/p.targets > seen; true").ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(project.Tree.Read("packages/p/p.targets"), Is.EqualTo(ProjectFile));
            Assert.That(project.Tree.Read("seen"), Is.EqualTo(ProjectFile));
            Assert.That(Directory.EnumerateFileSystemEntries(project.Tree.PathOf("packages/p")).Count(), Is.EqualTo(1));
        }
    }

    private static Project WithPackage(Action<RegisterSandboxSettings>? settings = null)
    {
        var tree = new TemporaryTree { ["packages/p/p.targets"] = ProjectFile, ["other/p/p.targets"] = ProjectFile };
        File.CreateSymbolicLink(tree.PathOf("link"), "packages");
        return new(tree, register =>
        {
            register.PackageFolders = [tree.PathOf("link") + "/"];
            settings?.Invoke(register);
        });
    }

    [Test]
    public void The_rule_that_is_told_admits_the_step()
    {
        using var project = Denying(null);
        var message = At(project, 3).ShouldFailWith("SBX2001").Diagnostics;
        var start = message.IndexOf("{ \"target\"", StringComparison.Ordinal);
        var rule = message[start..(message.IndexOf('}', start) + 1)];
        project.Tree["sandbox.json"] = $$"""{ "allow": [ {{rule}} ] }""";
        At(project, 3).ShouldSucceed();
    }

    [TestCase("", false)]
    [TestCase(", \"network\": \"Host\"", false)]
    [TestCase(", \"network\": \"Host\", \"paths\": [ { \"path\": \"~\", \"access\": \"ReadOnly\" } ]", false)]
    [TestCase(", \"network\": \"Host\", \"paths\": [ { \"path\": \"~\", \"access\": \"ReadOnly\" } ], \"environment\": [ \"MORE\" ]", true)]
    public void What_a_step_asks_for_its_rule_must_grant(string grants, bool granted)
    {
        using var project = Denying($$"""{ "allow": [ { "target": "Generate"{{grants}} } ] }""");
        project.Engine.LineNumberOfTaskNode = 3;
        var home = new TaskItem("~");
        home.SetMetadata("Access", "ReadOnly");
        var step = project.Step("sh -c 'echo x > ran'", exec => (exec.Network, exec.Paths, exec.PassEnvironment) = ("Host", [home], [new TaskItem("MORE")]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Codes, Is.EqualTo(granted ? "" : "SBX2012"), step.Log);
            Assert.That(project.Tree.Has("ran"), Is.EqualTo(granted));
        }
    }

    [Test]
    public void What_a_project_asks_for_its_rule_must_grant()
    {
        using var project = new Project(
            new() { ["the.csproj"] = ProjectFile, ["sandbox.json"] = """{ "allow": [ { "target": "Generate" } ] }""" },
            settings => (settings.Confirm, settings.Network) = ("Deny", "Host"));
        var step = At(project, 3).ShouldFailWith("SBX2012");
        Assert.That(step.Diagnostics, Does.Contain("the network Host").And.Contain("\"network\": \"Host\"").And.Contain("at {tree}/sandbox.json(1,14): "));
    }

    [Test]
    public void A_step_gets_what_its_rule_grants_without_asking()
    {
        using var tree = new TemporaryTree { ["cache/file"] = "cached\n" };
        var policy = $$"""
            { "allow": [ { "target": "Generate", "network": "Host", "environment": [ "MORE" ],
                "paths": [ { "path": "{{tree.PathOf("cache")}}", "access": "ReadWrite" }, { "path": "secrets", "access": "Hidden" }, { "path": "/nowhere", "access": "ReadWrite" } ] } ] }
            """;
        using var project = new Project(
            new() { ["the.csproj"] = ProjectFile, ["secrets/file"] = "x", ["sandbox.json"] = policy },
            settings => settings.Confirm = "Deny",
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["MORE"] = "more" });
        project.Engine.LineNumberOfTaskNode = 3;
        var step = project.Step($"readlink /proc/self/ns/net; echo $MORE; ls secrets | wc -l; cat {tree.PathOf("cache/file")}; echo new > {tree.PathOf("cache/file")}").ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Log, Is.EqualTo($"High: {new FileInfo("/proc/self/ns/net").LinkTarget}\nHigh: more\nHigh: 0\nHigh: cached\n"));
            Assert.That(tree.Read("cache/file"), Is.EqualTo("new\n"));
            Assert.That(project.Step("readlink /proc/self/ns/net", exec => exec.Network = "None").Log, Is.Not.EqualTo($"High: {new FileInfo("/proc/self/ns/net").LinkTarget}\n"));
        }
    }

    [Test]
    public void A_rule_may_name_the_command_alone()
    {
        using var project = Denying("""{ "allow": [ { "command": "sh -c 'echo x > ran'" } ] }""");
        At(project, 6).ShouldSucceed();
        project.Step("sh -c 'echo y > ran'").ShouldFailWith("SBX2001");
        Assert.That(project.Tree.Read("ran"), Is.EqualTo("x\n"));
    }

    [TestCase("sh -c 'echo x > ran'", "", "", true)]
    [TestCase("sh -c 'echo x > ran'", "TOOL=b", "", false, TestName = "a variable that the rule does not name")]
    [TestCase("sh -c 'echo x > ran'", "TOOL=a", "TOOL=a ", true, TestName = "the rule's variable")]
    [TestCase("sh -c 'echo x > ran'", "TOOL=b", "TOOL=a ", false, TestName = "the rule's variable with another value")]
    [TestCase("TOOL=a sh -c 'echo x > ran'", "PATH=/b", "TOOL=a ", false, TestName = "a variable before the rule's")]
    [TestCase("sh -c 'echo x > ran'", "BASH_FUNC_sh%%=() { echo evil; }", "", false, TestName = "what no shell can set")]
    [TestCase("echo x > ran", "", null, true)]
    [TestCase("echo x > ran", "PATH=/b", null, false, TestName = "a variable for the built-in list")]
    public void A_variable_of_the_task_is_an_assignment(string command, string variable, string? assignment, bool allowed)
    {
        using var project = Denying(assignment is null ? "{}" : $$"""{ "allow": [ { "command": "{{assignment}}sh -c 'echo x > ran'" } ] }""");
        var step = project.Step(command, exec => exec.EnvironmentVariables = variable.Length == 0 ? null : [variable]);
        Assert.That((step.Codes, project.Tree.Has("ran")), Is.EqualTo((allowed ? "" : "SBX2001", allowed)), step.Log);
    }

    [TestCase("echo x", null, true)]
    [TestCase("echo x", "/bin", false, TestName = "another shell for the built-in list")]
    [TestCase("sh -c :", null, true)]
    [TestCase("sh -c :", "/bin", false, TestName = "another shell for a rule's command")]
    public void Another_shell_may_read_the_command_in_another_way(string command, string? tool, bool allowed)
    {
        using var project = Denying("""{ "allow": [ { "command": "sh -c :" } ] }""");
        Assert.That(project.Step(command, exec => exec.ToolPath = tool).Codes, Is.EqualTo(allowed ? "" : "SBX2001"));
    }

    [TestCase("git --version", "src", true)]
    [TestCase("git --version", "packages", false)]
    [TestCase("sh -c :", "src", true)]
    [TestCase("sh -c :", "packages", false)]
    [TestCase("sh -c :", "link", false)]
    [TestCase("sh -c :", "/usr", false)]
    public void Elsewhere_a_command_obeys_other_files(string command, string directory, bool allowed)
    {
        using var project = WithPackage(settings => settings.Confirm = "Deny");
        project.Tree["src/x"] = "x";
        project.Tree["sandbox.json"] = """{ "allow": [ { "command": "sh -c :" } ] }""";
        Assert.That(project.Step(command, exec => exec.WorkingDirectory = project.Tree.PathOf(directory)).Codes, Is.EqualTo(allowed ? "" : "SBX2001"));
    }

    [TestCase("cp a b", "src", true)]
    [TestCase("cp a b", "", false)]
    [TestCase("sh -c :", "src", true)]
    [TestCase("sh -c :", "", false)]
    public void A_command_is_meant_for_the_projects_root(string command, string root, bool allowed)
    {
        var tree = new TemporaryTree { ["src/the.csproj"] = ProjectFile, ["src/a"] = "a" };
        using var project = new Project(tree, settings => (settings.Confirm, settings.Root) = ("Deny", tree.PathOf("src")), directory: "src");
        tree["src/sandbox.json"] = """{ "allow": [ { "command": "sh -c :" } ] }""";
        Assert.That(project.Step(command, exec => exec.Roots = [new TaskItem(tree.PathOf(root))]).Codes, Is.EqualTo(allowed ? "" : "SBX2001"));
    }

    [Test]
    public void In_a_shared_overlay_another_step_may_have_made_the_repository()
    {
        using var project = new Project(new() { ["sub/x"] = "x" }, settings => settings.Confirm = "Deny");
        var overlay = project.CreateOverlay();
        project.Step("mkdir -p sub/.git/objects sub/.git/refs; echo 'ref: refs/heads/main' > sub/.git/HEAD; printf '[core]\nfsmonitor = touch ran;' > sub/.git/config", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Step("git status", exec => (exec.Overlay, exec.WorkingDirectory) = (overlay, project.Tree.PathOf("sub"))).ShouldFailWith("SBX2001");
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
    }

    [Test]
    public void A_shared_overlay_of_other_roots_needs_a_rule_for_the_target()
    {
        using var other = new TemporaryTree();
        using var project = Denying("""{ "allow": [ { "target": "Other" } ] }""");
        var overlay = project.Run(new OverlayCreate { Roots = [new TaskItem(other.Root)] }).ShouldSucceed().Task.Overlay!;
        project.Engine.LineNumberOfTaskNode = 3;
        project.Step("touch file", exec => (exec.Overlay, exec.WorkingDirectory) = (overlay, other.Root)).ShouldFailWith("SBX2001");
        project.Engine.LineNumberOfTaskNode = 6;
        project.Step("touch file", exec => (exec.Overlay, exec.WorkingDirectory) = (overlay, other.Root)).ShouldSucceed();
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
    }

    [Test]
    public void The_users_own_policy_counts_for_projects_everywhere()
    {
        using var config = new TemporaryTree { ["sandboxed-build/policy.json"] = """{ "allow": [ { "target": "Generate", "project": "**/the.csproj" } ] }""" };
        using var project = new Project(
            new() { ["the.csproj"] = ProjectFile },
            settings => settings.Confirm = "Deny",
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["XDG_CONFIG_HOME"] = config.Root });
        At(project, 6).ShouldFailWith("SBX2001");
        At(project, 3).ShouldSucceed();
    }

    [Test]
    public void A_command_that_is_not_echoed_is_in_no_message()
    {
        using var project = Denying(null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(project.Step("sh -c hush", exec => exec.EchoOff = true).ShouldFailWith("SBX2001").Diagnostics, Does.Not.Contain("hush"));
            Assert.That(project.Step("sh -c hush", exec => exec.EchoOff = false).ShouldFailWith("SBX2001").Diagnostics, Does.Contain("with the command \"sh -c hush\""));
        }
    }

    private static Project Denying(string? policy)
    {
        var tree = new TemporaryTree { ["the.csproj"] = ProjectFile };
        if (policy is not null)
        {
            tree["sandbox.json"] = policy;
        }

        return new(tree, settings => settings.Confirm = "Deny");
    }

    private static TaskRun<SandboxedExec> At(Project project, int line)
    {
        project.Engine.LineNumberOfTaskNode = line;
        return project.Step("sh -c 'echo x > ran'");
    }
}
