using System.Collections.Immutable;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// Finds what layers hide of one another. It walks directories that several of them have, and compares files: work that nobody should
/// pay for who has not asked.
/// </summary>
public static class LayerConflicts
{
    /// <summary>The conflicts of one mount point, sorted by path.</summary>
    public static ImmutableArray<LayerConflict> In(LayerMount mount)
    {
        var found = ImmutableArray.CreateBuilder<LayerConflict>();
        var tops = mount.Layers.Select(static layer => new Place(layer, Opening.Directory(layer))).ToList();
        try
        {
            Walk(tops, default, found);
        }
        finally
        {
            tops.ForEach(static top => top.Directory.Dispose());
        }

        return found.DrainToImmutable();
    }

    private static void Walk(List<Place> places, BytePath path, ImmutableArray<LayerConflict>.Builder found)
    {
        var names = places.SelectMany(static place => DirectoryReading.Names(place.Directory).Select(name => (Name: name, Place: place)))
            .GroupBy(static pair => Encoding.Latin1.GetString(pair.Name), StringComparer.Ordinal)
            .Where(static group => group.Count() > 1)
            .OrderBy(static group => group.Key, StringComparer.Ordinal);
        foreach (var group in names)
        {
            var name = group.First().Name;
            var entries = group.Select(pair => (pair.Place, Stat: Stat.TryOf(pair.Place.Directory, name)!.Value)).ToList();
            var merged = entries.TakeWhile(static entry => entry.Stat.IsDirectory).ToList();
            var first = entries[0];
            var hidden = merged.Count > 0 ? entries.Skip(merged.Count).ToList() : entries.Skip(1).Where(entry => !AreEqual(first, entry, name)).ToList();
            if (hidden.Count > 0)
            {
                found.Add(new(path.Append(name).ToString(), first.Place.Layer, [.. hidden.Select(static entry => entry.Place.Layer)]) { IsWhiteout = first.Stat.IsWhiteout });
            }

            if (merged.Count > 1)
            {
                var below = merged.Select(entry => new Place(entry.Place.Layer, Opening.Child(entry.Place.Directory, name))).ToList();
                Deep.Go(() => Walk(below, path.Append(name), found));
                below.ForEach(static place => place.Directory.Dispose());
            }
        }
    }

    private static bool AreEqual((Place Place, EntryStat Stat) first, (Place Place, EntryStat Stat) other, byte[] name) =>
        first.Stat.Type == other.Stat.Type && Contents.AreEqual(first.Place.Directory, first.Stat, other.Place.Directory, other.Stat, name);

    /// <summary>A directory of a layer.</summary>
    private sealed record Place(string Layer, Descriptor Directory);
}
