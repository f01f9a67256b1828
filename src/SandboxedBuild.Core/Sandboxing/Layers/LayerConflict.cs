using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>A path that several layers of a mount point have, and that says something else in one that is hidden.</summary>
/// <param name="Path">The path below the mount point, for a person.</param>
/// <param name="Shown">The layer whose entry steps see.</param>
/// <param name="Hidden">The layers whose other entries they do not see.</param>
public sealed record LayerConflict(string Path, string Shown, ImmutableArray<string> Hidden)
{
    /// <summary>Whether steps see nothing there: the entry is overlayfs's own mark for something deleted.</summary>
    public bool IsWhiteout { get; init; }

    /// <summary>The conflict in words.</summary>
    public override string ToString() => $"{Path}: {(IsWhiteout ? "deleted by a whiteout in" : "from")} {Shown}, hides {string.Join(", ", Hidden)}";
}
