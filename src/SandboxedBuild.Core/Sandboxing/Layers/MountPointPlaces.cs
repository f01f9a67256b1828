using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// Mount points in a root that the live tree may not have: they lie in the lowest layer of the root's overlay, behind the live tree. So steps see them,
/// and they are neither in the live tree nor, as what bwrap would make itself, in the upper layer, where they would be changes.
/// </summary>
internal static class MountPointPlaces
{
    private const string DirectoryName = "points";

    /// <summary>The lowest layer of a root that has mount points in it.</summary>
    public static string Of(OverlayRoot root) => Path.Combine(root.Storage, DirectoryName);

    /// <summary>The lower layers of a root, from inside of its storage.</summary>
    public static string LowerOf(OverlayMount mount, string prefix = "") => mount.MountPoints.IsEmpty ? $"{prefix}lower" : $"{prefix}lower:{prefix}{DirectoryName}";

    /// <summary>Makes the directories. Those of earlier steps stay, for these may have changed them in the upper layer.</summary>
    public static void LayOut(OverlayRoot root, OverlayMount mount)
    {
        foreach (var point in mount.MountPoints)
        {
            Directory.CreateDirectory(Path.Combine(Of(root), point));
        }
    }

    /// <summary>
    /// Whether a directory of the upper layer that is not in the live tree is a copy of one of these. To an ordinary user overlayfs does not
    /// tell of what it is a copy; then the path has to do.
    /// </summary>
    /// <param name="root">The root.</param>
    /// <param name="path">The directory.</param>
    /// <param name="origin">The handle of what it is a copy of, or null where that is not told.</param>
    public static bool AreOriginOf(OverlayRoot root, BytePath path, byte[]? origin)
    {
        if (!Directory.Exists(Of(root)))
        {
            return false;
        }

        using var places = Opening.Directory(Of(root));
        using var parent = Opening.TryDirectory(places, path.Parent);
        return parent is not null && Stat.TryOf(parent, path.Name) is { IsDirectory: true } && (origin is null || (FileHandles.Of(parent, path.Name) is { } handle && origin.AsSpan().SequenceEqual(handle)));
    }
}
