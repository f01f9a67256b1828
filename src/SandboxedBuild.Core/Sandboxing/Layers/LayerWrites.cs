using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>What the steps of an overlay wrote below mount points of layers: it goes with the overlay, and somebody may miss it.</summary>
public static class LayerWrites
{
    /// <summary>How many paths were made, changed or deleted there.</summary>
    public static int Count(Overlay overlay)
    {
        var count = 0;
        foreach (var storage in LayerStorage.AllOf(overlay))
        {
            using var upper = Opening.Directory(storage.Upper);
            count += CountIn(upper);
        }

        return count;
    }

    /// <summary>What there is to tell of so many, or null.</summary>
    public static string? Describe(int count) =>
        count > 0 ? $"{count} path{(count == 1 ? " was" : "s were")} written below the mount points of layers. No commit takes them: they go with the overlay." : null;

    private static int CountIn(Descriptor directory)
    {
        var count = 0;
        foreach (var name in DirectoryReading.Names(directory))
        {
            var isDirectory = Stat.TryOf(directory, name) is { IsDirectory: true };

            // A directory of a layer was copied for what is in it; overlayfs notes where it comes from.
            count += isDirectory && Attributes.Value(directory, name, Attributes.Origin) is not null ? 0 : 1;
            if (isDirectory)
            {
                using var child = Opening.Child(directory, name);
                Deep.Go(() => count += CountIn(child));
            }
        }

        return count;
    }
}
