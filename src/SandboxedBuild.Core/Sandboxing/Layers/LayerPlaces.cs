using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// Puts layers where they are asked for: in a root, or where there is nothing of the host. Everywhere else a mount point that is missing would
/// have to be made on the host.
/// </summary>
internal static class LayerPlaces
{
    /// <summary>Adds the layers to all other mounts of a step.</summary>
    /// <exception cref="SandboxException">One cannot be where it is asked for.</exception>
    public static void Add(Dictionary<string, Mount> mounts, ImmutableArray<(LayerMount Mount, ImmutableArray<SandboxLayer> Items)> layers, SandboxRequest request)
    {
        var covers = mounts.Values.Where(static mount => mount is EmptyFile or EmptyDirectory { Writable: false }).Select(static mount => mount.Destination).ToList();
        foreach (var (layer, items) in layers)
        {
            foreach (var (path, item) in layer.Layers.Zip(items))
            {
                if (covers.Find(cover => RealPath.IsAtOrBelow(cover, path)) is { } hidden)
                {
                    throw LayerDiagnostics.ShowsHidden(item, hidden).AsException();
                }
            }

            if (mounts.Keys.FirstOrDefault(other => RealPath.IsAtOrBelow(other, layer.Destination)) is { } inside)
            {
                throw Refused(inside == layer.Destination ? "steps see something else there" : $"{inside}, which steps see in a way of its own, lies in it");
            }

            switch (Above(mounts, layer.Destination))
            {
                case null or EmptyDirectory { Writable: true }:
                    break;
                case OverlayMount root:
                    RequireInRoot(root, layer.Destination, request, reason => Refused(reason));
                    mounts[root.Destination] = root with { MountPoints = root.MountPoints.Add(layer.Destination[(root.Destination.Length + 1)..]) };
                    break;
                case LayerMount other:
                    throw Refused($"it lies in {other.Destination}, which is a mount point of layers, too");
                case var other:
                    throw Refused($"it lies in {other.Destination}, which steps see as it is on the host");
            }

            mounts[layer.Destination] = layer;

            SandboxException Refused(string reason) => LayerDiagnostics.MountPointNotUsable(items[0], reason).AsException();
        }
    }

    private static Mount? Above(Dictionary<string, Mount> mounts, string path)
    {
        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            if (mounts.TryGetValue(above, out var mount))
            {
                return mount;
            }
        }

        return null;
    }

    /// <summary>
    /// The way to a mount point in a root is walked through the live tree and through what earlier steps of the overlay left over it: a symlink on
    /// it would have the sandbox's setup make the mount point elsewhere (CVE-2026-87766).
    /// </summary>
    private static void RequireInRoot(OverlayMount root, string destination, SandboxRequest request, Func<string, SandboxException> refused)
    {
        var index = root.Number - 1;
        var seen = index < request.Seen.Length ? request.Seen[index] : null;
        var live = Opening.Directory(seen?.Below ?? root.Destination);
        var upper = seen?.Over is { } layer ? Opening.Directory(layer) : null;
        try
        {
            var below = BytePath.FromString(destination[(root.Destination.Length + 1)..]);
            foreach (var range in below.Bytes.Split((byte)'/'))
            {
                var name = below.Bytes[range];
                var isOpaque = upper is not null && Attributes.Value(upper, default, "user.overlay.opaque"u8) is [(byte)'y'];
                var over = upper is null ? null : Stat.TryOf(upper, name);
                if (over is { IsDirectory: false } || (over is null && isOpaque))
                {
                    throw refused("an earlier step of the overlay has removed or replaced it, or a directory above it");
                }

                var under = live is null || isOpaque ? null : Stat.TryOf(live, name);
                if (under is { IsDirectory: false } other)
                {
                    throw refused(other.Type == Changes.EntryType.SymbolicLink ? "it is a symlink in the root, or lies behind one; name what it leads to" : "it, or what is to be a directory above it, is a file in the root");
                }

                if (under is null && seen is { Over: null })
                {
                    throw refused("it is not in the root, and only the strategy Overlay can show it there all the same; make the directory, or build with -p:SandboxStrategy=Overlay");
                }

                live = Step(live, name, under is not null);
                upper = Step(upper, name, over is not null);
            }
        }
        finally
        {
            live?.Dispose();
            upper?.Dispose();
        }
    }

    private static Descriptor? Step(Descriptor? directory, ReadOnlySpan<byte> name, bool exists)
    {
        using (directory)
        {
            return exists ? Opening.Child(directory!, name) : null;
        }
    }
}
