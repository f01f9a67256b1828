using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>A build by MSBuild in a process of its own, for what a process has only one of, such as TMPDIR.</summary>
internal static class RealBuild
{
    /// <summary>Makes our tasks known to a project.</summary>
    public static string UsingTasks => string.Concat(
        new[] { nameof(SandboxedExec), nameof(RegisterSandboxSettings) }
            .Select(task => $"""<UsingTask TaskName="SandboxedBuild.Tasks.{task}" AssemblyFile="{typeof(SandboxedExec).Assembly.Location}" />"""));

    /// <summary>Builds a project with these targets in a tree, which is the root of its sandboxes and approved.</summary>
    public static Command Run(TemporaryTree tree, string targets, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        tree["the.proj"] =
            $"""
            <Project>
              {UsingTasks}
              {targets}
            </Project>
            """;
        return Command.Run(
            "dotnet",
            [Path.Combine(MSBuildHost.Directory, "MSBuild.dll"), tree.PathOf("the.proj"), "-nologo", "-nodeReuse:false", .. arguments],
            new Dictionary<string, string?>(environment, StringComparer.Ordinal) { ["MSBUILDUSESERVER"] = "0" },
            tree.Root);
    }
}
