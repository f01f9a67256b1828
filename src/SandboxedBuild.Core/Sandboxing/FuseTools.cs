namespace SandboxedBuild.Sandboxing;

/// <summary>What <see cref="Strategies.Strategy.FuseOverlay"/> needs besides the isolation's own programs, by absolute path.</summary>
/// <param name="FuseOverlay">fuse-overlayfs(1).</param>
/// <param name="Enter">nsenter(1).</param>
public sealed record FuseTools(string? FuseOverlay, string? Enter)
{
    /// <summary>Finds them on the caller's <c>PATH</c>; null for what is not there.</summary>
    internal static FuseTools Look(CallerEnvironment environment, IReadOnlyCollection<string> writable) =>
        new(environment.Find("fuse-overlayfs", writable), environment.Find("nsenter", writable));
}
