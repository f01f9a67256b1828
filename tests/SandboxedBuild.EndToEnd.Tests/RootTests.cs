namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>What a step may change when the project does not say: the repository, else the solution's directory, else the project's.</summary>
/// <remarks>A write above the root may succeed all the same: these projects are in /tmp, of which the step has one of its own.</remarks>
internal sealed class RootTests
{
    private static readonly string WriteAbove = Projects.Library(Projects.Target("Write\" BeforeTargets=\"CoreCompile", "echo above > ../above.txt"));

    private static ProjectRun InDirectory() => new()
    {
        ["App/App.csproj"] = WriteAbove,
        ["App/sandbox.json"] = Policy.Allow("Write"),
        ["All.slnx"] = "<Solution><Project Path=\"App/App.csproj\" /></Solution>",
    };

    [Test]
    public void The_directory_of_a_project_built_alone()
    {
        using var run = InDirectory();

        run.DotnetIn("App", "build");

        Assert.That(run.Has("above.txt"), Is.False);
    }

    [Test]
    public void The_directory_of_the_solution()
    {
        using var run = InDirectory();

        run.Dotnet("build", "All.slnx").Succeeded();

        Assert.That(run.Read("above.txt"), Is.EqualTo("above\n"));
    }

    [Test]
    public void The_repository()
    {
        using var run = InDirectory();
        run[".git/HEAD"] = "ref: refs/heads/main\n";

        run.DotnetIn("App", "build").Succeeded();

        Assert.That(run.Read("above.txt"), Is.EqualTo("above\n"));
    }

    [Test]
    public void What_the_project_says()
    {
        using var run = InDirectory();
        run[".git/HEAD"] = "ref: refs/heads/main\n";

        run.DotnetIn("App", "build", "-p:SandboxRoot=" + run.PathOf("App"));

        Assert.That(run.Has("above.txt"), Is.False);
    }

    [Test]
    public void One_that_does_not_exist_is_an_error()
    {
        using var run = InDirectory();

        var build = run.DotnetIn("App", "build", "-p:SandboxRoot=" + run.PathOf("nowhere")).FailedWith("SBX2003");

        Assert.That(build.Output, Does.Contain("nowhere does not exist"));
    }
}
