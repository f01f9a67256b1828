namespace SandboxedBuild.Sandboxing;

/// <summary>
/// A read-only directory that steps see merged with others under a mount point. Of several for one mount point the first comes first: what
/// it has hides what those after it have at the same path.
/// </summary>
/// <param name="Path">The directory: absolute; <c>~/</c> stands for the home directory.</param>
/// <param name="MountPoint">Where steps see it: absolute; <c>~/</c> stands for the home directory.</param>
public sealed record SandboxLayer(string Path, string MountPoint)
{
    /// <summary>The project file that asks for it, or null.</summary>
    public string? File { get; init; }
}
