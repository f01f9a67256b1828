using System.Security.Cryptography;
using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// Where what steps write below a mount point of layers is kept: in the overlay's state, so that later steps of the overlay see it and it goes
/// with the overlay. The same mount point has the same place, whatever its layers are.
/// </summary>
/// <param name="Overlay">The overlay's directory.</param>
/// <param name="Name">What the place is called: both of its directories lie in the overlay's, for a directory around them takes its time, too.</param>
internal sealed record LayerStorage(string Overlay, string Name)
{
    private const string UpperPrefix = "layers-";
    private const string WorkPrefix = "work-";

    public string Upper => Path.Combine(Overlay, UpperName);

    public string UpperName => UpperPrefix + Name;

    public string Work => Path.Combine(Overlay, WorkName);

    public string WorkName => WorkPrefix + Name;

    /// <summary>Where the merged layers are mounted: over what they hide anyway, for each directory takes its time to be made and removed.</summary>
    public string Merged => Upper;

    public static LayerStorage Of(Overlay overlay, LayerMount mount) =>
        new(overlay.Directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mount.Destination)))[..16]);

    /// <summary>Those of all mount points that steps of the overlay have had.</summary>
    public static IEnumerable<LayerStorage> AllOf(Overlay overlay) => AllIn(overlay.Directory);

    /// <summary>Removes them all: a commit needs none of them.</summary>
    public static void RemoveAll(string overlay) => AllIn(overlay).ToList().ForEach(static storage => storage.Remove());

    /// <summary>Makes the place ready for one mount.</summary>
    public void LayOut(LayerMount mount)
    {
        if (!Directory.Exists(Upper))
        {
            // Its mode and owner are what steps see of the mount point.
            using var first = Opening.TryPlace(mount.Layers[0]) ?? throw SystemCallException.Last("open", mount.Layers[0]);
            UpperRoot.MakeLike(Stat.Of(first), Upper);
        }

        // Overlayfs wants it empty, and a volatile mount leaves a mark in it that refuses the next one.
        TreeRemoval.Remove(Work);
        Directory.CreateDirectory(Work);
    }

    private void Remove()
    {
        TreeRemoval.Remove(Work);
        TreeRemoval.Remove(Upper);
    }

    private static IEnumerable<LayerStorage> AllIn(string overlay) =>
        StateDirectories.In(overlay).Select(static path => Path.GetFileName(path)).Where(static name => name.StartsWith(UpperPrefix, StringComparison.Ordinal)).Select(name => new LayerStorage(overlay, name[UpperPrefix.Length..]));
}
