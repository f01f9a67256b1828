using System.Runtime.InteropServices;

namespace SandboxedBuild.Sandboxing;

/// <summary>The .NET installation that this process runs on; steps are to have the same.</summary>
internal static class DotnetInstallation
{
    /// <summary>Its directory, or null where this process has a runtime of its own.</summary>
    public static string? Root { get; } = Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory()) is var root && File.Exists(Path.Combine(root, "dotnet")) ? root : null;
}
