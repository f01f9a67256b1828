using System.Text.RegularExpressions;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>sandbox.json decides which steps run.</summary>
internal sealed partial class PolicyTests
{
    [Test]
    public void A_step_that_no_rule_allows_does_not_run()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("echo made > made.txt") };

        run.Dotnet("build").FailedWith("SBX2001");

        Assert.That(run.Has("made.txt"), Is.False);
    }

    [Test]
    public void The_error_shows_the_rule_that_mends_it()
    {
        using var run = new ProjectRun { ["src/App/App.proj"] = Projects.Steps("echo made > made.txt"), ["sandbox.json"] = Policy.Allow("Another") };
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
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("echo made > made.txt") };
        var denied = run.Dotnet("build").FailedWith("SBX2001");

        Assert.That(denied.Output, Does.Contain("sandbox.json"));
        run["sandbox.json"] = Policy.WithRules(Rule().Match(denied.Output).Value);
        run.Dotnet("build").Succeeded();
    }

    [Test]
    public void Confirm_approve_runs_what_no_rule_allows()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("echo made > made.txt") };

        run.Dotnet("build", "-p:SandboxConfirm=Approve").Succeeded();

        Assert.That(run.Read("made.txt"), Is.EqualTo("made\n"));
    }

    [Test]
    public void A_rule_for_another_project_does_not_count()
    {
        using var run = new ProjectRun
        {
            ["src/App.proj"] = Projects.Steps("true"),
            ["sandbox.json"] = Policy.WithRules("""{ "target": "Build", "project": "tools/*.proj" }"""),
        };

        run.DotnetIn("src", "build").FailedWith("SBX2001");
    }

    [Test]
    public void The_nearest_policy_file_counts()
    {
        using var run = new ProjectRun
        {
            ["src/App.proj"] = Projects.Steps("true"),
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
            ["App.proj"] = Projects.Steps("echo made > made.txt"),
            ["sandbox.json"] = "{\n  \"allow\": [ { \"traget\": \"Build\" } ]\n}\n",
        };

        var build = run.Dotnet("build").FailedWith("SBX2002");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Match(@"sandbox\.json\(2,\d+\): error SBX2002:").And.Contain("traget"));
            Assert.That(run.Has("made.txt"), Is.False);
        }
    }

    [GeneratedRegex("""\{ ?"target": ?"[^}]*\}""", RegexOptions.NonBacktracking)]
    private static partial Regex Rule();
}
