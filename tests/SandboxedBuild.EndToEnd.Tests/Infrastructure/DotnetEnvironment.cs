namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>The whole environment of a build: nothing of the test host's, which has variables of MSBuild's own.</summary>
internal static class DotnetEnvironment
{
    private static readonly string[] Inherited = ["PATH", "USER", "LOGNAME", "DOTNET_ROOT"];

    public static Dictionary<string, string> For(ProjectRun run)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = run.Home,
            ["TMPDIR"] = run.TemporaryDirectory,
            ["LANG"] = "C.UTF-8",
            ["NUGET_PACKAGES"] = PackageFolder.Path,
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE"] = "true",

            // What would go on after the build: the MSBuild server, nodes that wait for the next build, the compiler server.
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
        };

        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        foreach (var (name, value) in run.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }
}
