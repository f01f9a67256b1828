using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>Makes the backup of a commit out of what is left of a copy: only what was live before stays, and the way to it.</summary>
internal static class CopyTrimming
{
    /// <param name="root">The root.</param>
    /// <param name="kept">Paths below it that an undo needs, or whose place it needs.</param>
    public static void Run(OverlayRoot root, IReadOnlyCollection<BytePath> kept)
    {
        File.Delete(Path.Combine(root.Storage, CopyIndex.FileName));
        if (!Directory.Exists(root.Upper))
        {
            return;
        }

        var ways = new HashSet<BytePath>();
        foreach (var path in kept)
        {
            for (var above = path; !above.IsRoot && ways.Add(above.Parent);)
            {
                above = above.Parent;
            }
        }

        using var copy = Opening.Directory(root.Upper);
        Trim(copy, default, kept.ToHashSet(), ways);
    }

    private static void Trim(Descriptor directory, BytePath path, HashSet<BytePath> kept, HashSet<BytePath> ways)
    {
        using var held = ShutEntries.Hold(directory, default, ShutEntries.Read | ShutEntries.Write | ShutEntries.Search);
        foreach (var name in DirectoryReading.Names(directory))
        {
            var entry = path.Append(name);
            if (kept.Contains(entry))
            {
                continue;
            }

            if (ways.Contains(entry) && Stat.TryOf(directory, name) is { IsDirectory: true })
            {
                using var inner = Opening.Child(directory, name);
                Deep.Go(() => Trim(inner, entry, kept, ways));
            }
            else
            {
                TreeRemoval.Remove(directory, name);
            }
        }
    }
}
