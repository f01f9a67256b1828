namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>SandboxEnabled=false: steps are plain Exec, and the build says so.</summary>
internal sealed class SandboxEnabledTests
{
    // Only without a sandbox does a step reach the real home directory. No policy allows the target: there is nothing to allow.
    private static ProjectRun WritingHome() => new() { ["App.proj"] = Projects.Steps("echo made > \"$HOME/made.txt\"") };

    [Test]
    public void False_on_the_command_line()
    {
        using var run = WritingHome();

        var build = run.Dotnet("build", "-p:SandboxEnabled=false").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("SandboxEnabled"));
            Assert.That(File.Exists(Path.Combine(run.Home, "made.txt")), Is.True);
        }
    }

    [Test]
    public void False_in_the_environment()
    {
        using var run = WritingHome();
        run.Environment["SandboxEnabled"] = "false";

        run.Dotnet("build").Succeeded();

        Assert.That(File.Exists(Path.Combine(run.Home, "made.txt")), Is.True);
    }

    [Test]
    public void Overlay_tasks_do_nothing()
    {
        using var run = ProjectRun.OfSample("TwoSteps");

        run.Dotnet("build", "-p:SandboxEnabled=false").Succeeded();

        // Nothing is held back, so nothing is left out.
        Assert.That(run.Has("selected.tmp"), Is.True);
    }

    [Test]
    public void Changing_it_back_does_not_lose_outputs()
    {
        using var run = new ProjectRun
        {
            ["App.csproj"] = Projects.Library(Projects.Target("Generate\" BeforeTargets=\"CoreCompile\" Inputs=\"input.txt\" Outputs=\"$(IntermediateOutputPath)made.txt", "cp input.txt $(IntermediateOutputPath)made.txt")),
            ["input.txt"] = "one\n",
            ["sandbox.json"] = Policy.Allow("Generate"),
        };

        run.Dotnet("build").Succeeded();
        run.Dotnet("build", "-p:SandboxEnabled=false").Succeeded();
        run.Dotnet("build").Succeeded();
        Assert.That(run.Has("obj/Debug/net10.0/made.txt"), Is.True);

        run.Dotnet("clean", "-p:SandboxEnabled=false").Succeeded();
        Assert.That(run.Has("obj/Debug/net10.0/made.txt"), Is.False);
    }
}
