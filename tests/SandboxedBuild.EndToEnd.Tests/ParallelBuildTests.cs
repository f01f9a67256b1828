namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>Steps on several nodes: worker processes (-m) and threads of one process (-mt).</summary>
internal sealed class ParallelBuildTests
{
    private static readonly string[] Options = ["-m:1", "-m:2", "-mt", "-mt -m:2"];

    [TestCaseSource(nameof(Options))]
    public void Each_project_works_in_its_own_directory(string options)
    {
        using var run = ParallelProjects.Create();

        run.Dotnet(["build", "All.proj", .. options.Split(' ')]).Succeeded();

        Assert.That(
            ParallelProjects.Names.Select(name => run.Read($"{name}/{name}.txt")),
            Is.EqualTo(ParallelProjects.Names.Select(name => run.PathOf(name) + "\n")));
    }

    [Test]
    public void Worker_nodes_are_used()
    {
        using var run = ParallelProjects.Create();

        run.Dotnet("build", "All.proj", "-m:2", "-bl").Succeeded();

        Assert.That(Binlog.Read(run.PathOf("msbuild.binlog")).NodesOf("SandboxedExec").Distinct(), Has.Exactly(2).Items);
    }

    [TestCaseSource(nameof(Options))]
    public void Each_project_has_its_own_settings(string options)
    {
        using var run = ParallelProjects.Create();
        run["Two/sandbox.json"] = Policy.Allow();
        run["Three/sandbox.json"] = Policy.Allow();
        run["Three/Three.proj"] = run.Read("Three/Three.proj").Replace("<Target", Projects.Property("SandboxConfirm", "Approve") + "<Target", StringComparison.Ordinal);

        var build = run.Dotnet(["build", "All.proj", .. options.Split(' ')]).FailedWith("SBX2001");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("Two.proj"));
            Assert.That(ParallelProjects.Names.Where(name => run.Has($"{name}/{name}.txt")), Is.EqualTo(new[] { "One", "Three" }));
        }
    }

    [TestCaseSource(nameof(Options))]
    public void Projects_of_a_solution_with_clean(string options)
    {
        var generate = Projects.Target("Generate\" BeforeTargets=\"CoreCompile", "sleep 1; echo made > $(IntermediateOutputPath)made.txt");
        using var run = new ProjectRun
        {
            ["One/One.csproj"] = Projects.Library(generate),
            ["Two/Two.csproj"] = Projects.Library(generate + "<ItemGroup><ProjectReference Include=\"../One/One.csproj\" /></ItemGroup>"),
            ["Three/Three.csproj"] = Projects.Library(generate),
            ["All.slnx"] = "<Solution><Project Path=\"One/One.csproj\" /><Project Path=\"Two/Two.csproj\" /><Project Path=\"Three/Three.csproj\" /></Solution>",
            ["sandbox.json"] = Policy.Allow("Generate"),
        };
        string[] made = [.. ParallelProjects.Names.Select(name => $"{name}/obj/Debug/net10.0/made.txt")];

        run.Dotnet(["build", "All.slnx", .. options.Split(' ')]).Succeeded();
        Assert.That(made.Where(file => !run.Has(file)), Is.Empty);

        run.Dotnet(["clean", "All.slnx", .. options.Split(' ')]).Succeeded();
        Assert.That(made.Where(run.Has), Is.Empty);
    }
}
