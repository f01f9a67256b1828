using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>The keys of a policy file, in the order in which they are written. The JSON schema has the same.</summary>
internal static class PolicyKeys
{
    public static ImmutableArray<string> Policy { get; } = ["$schema", "allow", "protect", "builtin"];

    public static ImmutableArray<string> Rule { get; } = ["target", "project", "command", "network", "paths", "environment", "limits", "protected"];

    public static ImmutableArray<string> Path { get; } = ["path", "access"];

    public static ImmutableArray<string> Limits { get; } = ["memory", "cpu", "processes", "disk", "fileSize", "openFiles", "time"];
}
