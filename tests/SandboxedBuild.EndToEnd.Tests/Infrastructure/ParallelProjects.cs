namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>Three projects in directories of their own and <c>All.proj</c>, which builds them in parallel. Each writes a file, slowly enough for them to meet.</summary>
internal static class ParallelProjects
{
    public static IReadOnlyList<string> Names { get; } = ["One", "Two", "Three"];

    public static ProjectRun Create()
    {
        var run = new ProjectRun
        {
            ["All.proj"] = "<Project><ItemGroup><Each Include=\"*/*.proj\" /></ItemGroup><Target Name=\"Build\"><MSBuild Projects=\"@(Each)\" BuildInParallel=\"true\" /></Target></Project>",
            ["sandbox.json"] = Policy.Allow("Build"),
        };
        foreach (var name in Names)
        {
            run[$"{name}/{name}.proj"] = Projects.Steps($"sh -c 'sleep 1; pwd > {name}.txt'");
        }

        return run;
    }
}
