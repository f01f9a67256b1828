using SandboxedBuild.Paths;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tasks;

/// <summary>What a commit of a build may not touch without a grant.</summary>
internal static class StepProtection
{
    /// <summary>The policy, whatever its name, and the file that holds the task are trusted by the next build, too.</summary>
    /// <param name="settings">The project's settings.</param>
    /// <param name="projectDirectory">The project's directory.</param>
    /// <param name="file">The file that holds the task; empty where there is none.</param>
    public static ProtectedPaths For(SandboxSettings settings, string projectDirectory, string? file) => ProtectedPaths.Default with
    {
        Protect = [.. new[] { settings.PolicyFile, file }.Where(static path => !string.IsNullOrEmpty(path)).Select(path => ProtectedGlob.Exactly(RealPath.OfFuture(Path.GetFullPath(path!, projectDirectory))))],
    };
}
