using System.Text.RegularExpressions;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>sandbox.json decides which steps run.</summary>
internal sealed partial class PolicyTests
{
    [Test]
    public void A_step_that_no_rule_allows_does_not_run()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("sh -c 'echo made > made.txt'") };

        run.Dotnet("build").FailedWith("SBX2001");

        Assert.That(run.Has("made.txt"), Is.False);
    }

    [Test]
    public void The_error_shows_the_rule_that_mends_it()
    {
        using var run = new ProjectRun { ["src/App/App.proj"] = Projects.Steps("sh -c 'echo made > made.txt'"), ["sandbox.json"] = Policy.Allow("Another") };
        var denied = run.DotnetIn("src/App", "build").FailedWith("SBX2001");

        // To the letter: what the message shows is what a person copies.
        var rule = Rule().Match(denied.Output);
        Assert.That(rule.Success, Is.True, denied.Output);
        run["sandbox.json"] = Policy.WithRules("""{ "target": "Another" }""", rule.Value);
        run.DotnetIn("src/App", "build").Succeeded();

        Assert.That(run.Read("src/App/made.txt"), Is.EqualTo("made\n"));
    }

    [Test]
    public void The_error_shows_the_rule_when_there_is_no_policy_file()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("sh -c 'echo made > made.txt'") };
        var denied = run.Dotnet("build").FailedWith("SBX2001");

        Assert.That(denied.Output, Does.Contain("sandbox.json"));
        run["sandbox.json"] = Policy.WithRules(Rule().Match(denied.Output).Value);
        run.Dotnet("build").Succeeded();
    }

    [Test]
    public void Confirm_approve_runs_what_no_rule_allows()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("sh -c 'echo made > made.txt'") };

        run.Dotnet("build", "-p:SandboxConfirm=Approve").Succeeded();

        Assert.That(run.Read("made.txt"), Is.EqualTo("made\n"));
    }

    [Test]
    public void A_rule_for_another_project_does_not_count()
    {
        using var run = new ProjectRun
        {
            ["src/App.proj"] = Projects.Steps("sh -c true"),
            ["sandbox.json"] = Policy.WithRules("""{ "target": "Build", "project": "tools/*.proj" }"""),
        };

        run.DotnetIn("src", "build").FailedWith("SBX2001");
    }

    [Test]
    public void The_nearest_policy_file_counts()
    {
        using var run = new ProjectRun
        {
            ["src/App.proj"] = Projects.Steps("sh -c true"),
            ["src/sandbox.json"] = Policy.Allow(),
            ["sandbox.json"] = Policy.Allow("Build"),
        };

        run.DotnetIn("src", "build").FailedWith("SBX2001");
    }

    [Test]
    public void A_policy_file_with_a_mistake_is_named_with_line_and_column()
    {
        using var run = new ProjectRun
        {
            ["App.proj"] = Projects.Steps("sh -c 'echo made > made.txt'"),
            ["sandbox.json"] = "{\n  \"allow\": [ { \"traget\": \"Build\" } ]\n}\n",
        };

        var build = run.Dotnet("build").FailedWith("SBX2002");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Match(@"sandbox\.json\(2,\d+\): error SBX2002:").And.Contain("traget"));
            Assert.That(run.Has("made.txt"), Is.False);
        }
    }

    [Test]
    public void What_the_project_asks_for_the_rule_has_to_grant()
    {
        using var run = new ProjectRun
        {
            ["App.proj"] = Projects.Bare(
                Projects.Property("SandboxNetwork", "Host")
                + "<ItemGroup><SandboxPath Include=\"~/cache\" Access=\"ReadWrite\" /><SandboxPassEnvironment Include=\"MORE\" /></ItemGroup>"
                + Projects.Target("Build", "readlink /proc/self/ns/net > net.txt; echo $MORE > ~/cache/more.txt")),
            ["sandbox.json"] = Policy.Allow("Build"),
        };
        Directory.CreateDirectory(Path.Combine(run.Home, "cache"));
        run.Environment["MORE"] = "more";

        var refused = run.Dotnet("build").FailedWith("SBX2012");
        var members = Members().Match(refused.Output).Groups["members"].Value;
        Assert.That(run.Has("net.txt"), Is.False);
        run["sandbox.json"] = Policy.WithRules($$"""{ "target": "Build", {{members}} }""");
        run.Dotnet("build").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Output, Does.Match(@"sandbox\.json\(1,\d+\): error SBX2012:"));
            Assert.That(run.Read("net.txt"), Is.EqualTo(new FileInfo("/proc/self/ns/net").LinkTarget + "\n"));
            Assert.That(File.ReadAllText(Path.Combine(run.Home, "cache/more.txt")), Is.EqualTo("more\n"));
        }
    }

    [Test]
    public void What_the_rule_grants_the_project_need_not_ask_for()
    {
        using var run = new ProjectRun
        {
            ["App.proj"] = Projects.Steps("sh -c 'readlink /proc/self/ns/net > net.txt'", "readlink /proc/self/ns/net > own.txt"),
            ["sandbox.json"] = Policy.WithRules("""{ "command": "sh **", "network": "Host" }""", """{ "target": "Build" }"""),
        };

        run.Dotnet("build").Succeeded();

        var host = new FileInfo("/proc/self/ns/net").LinkTarget + "\n";
        Assert.That((run.Read("net.txt") == host, run.Read("own.txt") == host), Is.EqualTo((true, false)));
    }

    [Test]
    public void The_users_own_file_adds_to_the_projects()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("sh -c 'echo made > made.txt'"), ["sandbox.json"] = Policy.Allow("Another") };
        var file = Path.Combine(run.Home, ".config/sandboxed-build/policy.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, Policy.WithRules("""{ "target": "Build", "project": "**/App.proj" }"""));

        run.Dotnet("build").Succeeded();

        Assert.That(run.Read("made.txt"), Is.EqualTo("made\n"));
    }

    [GeneratedRegex("say: (?<members>.*) – or have the project", RegexOptions.NonBacktracking)]
    private static partial Regex Members();

    [GeneratedRegex("""\{ ?"target": ?"[^}]*\}""", RegexOptions.NonBacktracking)]
    private static partial Regex Rule();
}
