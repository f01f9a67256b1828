using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>Steps that nothing surrounds, in real builds.</summary>
internal sealed class UnsandboxedTests
{
    /// <summary>The build outside has the root's lock until the one inside is over.</summary>
    [TestCase("None")]
    [TestCase("Bubblewrap")]
    public void A_step_can_be_a_build_with_steps(string inside)
    {
        using var run = new ProjectRun
        {
            ["Outer.proj"] = Projects.Steps($"dotnet build Inner.proj -p:SandboxIsolation={inside} -p:MSBuildWarningsAsMessages=SBX1033"),
            ["Inner.proj"] = Projects.Steps("echo x > made"),
            ["sandbox.json"] = Policy.Allow("Build"),
        };
        run.Dotnet("build", "Outer.proj", "-p:SandboxIsolation=None", "-p:MSBuildWarningsAsMessages=SBX1033", "-bl:" + LogOf(run)).Succeeded();
        Assert.That(run.Has("made"));
        Assert.That(Binlog.Read(LogOf(run)).Extended("SandboxedBuild.ChangeSet")[0].Message, Does.StartWith("Build: 1 added"));
    }

    /// <summary>Each is told what it has changed itself, though they share a root and run at once.</summary>
    [Test]
    public void Steps_of_projects_that_build_at_once_take_turns()
    {
        using var run = new ProjectRun
        {
            ["All.proj"] = Projects.Bare("<Target Name=\"Build\"><MSBuild Projects=\"A.proj;B.proj\" BuildInParallel=\"true\" /></Target>"),
            ["A.proj"] = Projects.Steps("sleep 0.5; echo a > a; sleep 0.5"),
            ["B.proj"] = Projects.Steps("sleep 0.5; echo b > b; sleep 0.5"),
            ["sandbox.json"] = Policy.Allow("Build"),
        };
        run.Dotnet("build", "All.proj", "-m:2", "-p:SandboxIsolation=None", "-p:MSBuildWarningsAsMessages=SBX1033", $"-p:SandboxRoot={run.Root}", "-bl:" + LogOf(run)).Succeeded();
        Assert.That(Binlog.Read(LogOf(run)).Extended("SandboxedBuild.ChangeSet").Select(static change => change.Message), Has.Exactly(2).StartsWith("Build: 1 added in"));
    }

    /// <summary>Not in the root, where it would be one of the changes.</summary>
    private static string LogOf(ProjectRun run) => Path.Combine(run.Home, "build.binlog");
}
