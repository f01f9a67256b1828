using System.Security.Cryptography;
using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// Where what steps write below a mount point of layers is kept: in the overlay's state, so that later steps of the overlay see it and it goes
/// with the overlay. The same mount point has the same place, whatever its layers are.
/// </summary>
/// <param name="Path">The place's directory.</param>
internal sealed record LayerStorage(string Path)
{
    private const string Prefix = "layers-";

    public string Upper => System.IO.Path.Combine(Path, "upper");

    public string Work => System.IO.Path.Combine(Path, "work");

    /// <summary>Where the merged layers are mounted: over what they hide anyway, for each directory takes its time to be made and removed.</summary>
    public string Merged => Upper;

    public static LayerStorage Of(Overlay overlay, LayerMount mount) =>
        new(System.IO.Path.Combine(overlay.Directory, Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mount.Destination)))[..16]));

    /// <summary>Those of all mount points that steps of the overlay have had.</summary>
    public static IEnumerable<LayerStorage> AllOf(Overlay overlay) => AllIn(overlay.Directory);

    /// <summary>Removes them all: a commit needs none of them.</summary>
    public static void RemoveAll(string overlay) => AllIn(overlay).ToList().ForEach(static storage => TreeRemoval.Remove(storage.Path));

    /// <summary>Makes the place ready for one mount.</summary>
    public void LayOut(LayerMount mount)
    {
        if (!Directory.Exists(Upper))
        {
            Directory.CreateDirectory(Path, (UnixFileMode)0x1c0);

            // Its mode and owner are what steps see of the mount point.
            using var first = Opening.TryPlace(mount.Layers[0]) ?? throw SystemCallException.Last("open", mount.Layers[0]);
            UpperRoot.MakeLike(Stat.Of(first), Path);
        }

        // Overlayfs wants it empty, and a volatile mount leaves a mark in it that refuses the next one.
        TreeRemoval.Remove(Work);
        Directory.CreateDirectory(Work);
    }

    private static IEnumerable<LayerStorage> AllIn(string overlay) =>
        StateDirectories.In(overlay).Where(static path => System.IO.Path.GetFileName(path).StartsWith(Prefix, StringComparison.Ordinal)).Select(static path => new LayerStorage(path));
}
