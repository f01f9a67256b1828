using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Changes;

/// <summary>
/// Live files with several names (hard links) of which a step changed one. Overlayfs copies a file up under that name alone; run
/// directly, the step would have changed the file under all of them. Where all names lie in the root, the others change with it; else
/// the changed one becomes a file of its own (docs/adr/0007).
/// </summary>
internal static class OtherNames
{
    /// <summary>Adds the other names to the changes; the tree is walked only when there is such a file.</summary>
    public static void Add(List<Change> changes, OverlayRoot root, Descriptor live)
    {
        var groups = changes.Where(static change => change.Live is { Type: EntryType.File, Links: > 1 }).GroupBy(static change => change.Live!.Value.Inode)
            .Where(static group => group.Any(static change => !IsReplaced(change)))
            .ToDictionary(static group => group.Key, static group => group.ToList());
        if (groups.Count == 0)
        {
            return;
        }

        var others = groups.Where(static pair => pair.Value.Count < pair.Value[0].Live!.Value.Links).ToDictionary(static pair => pair.Key, static _ => new List<(BytePath Path, EntryStat Live)>());
        if (others.Count > 0)
        {
            var changed = changes.Select(static change => change.Path).ToHashSet();
            Find(live, default, Stat.Of(live).Device, others, changed);
        }

        var found = new List<Change>();
        foreach (var (inode, group) in groups)
        {
            var first = group.Find(IsChanged) ?? group.Find(static change => !IsReplaced(change))!;
            var names = others.GetValueOrDefault(inode) ?? [];
            if (!IsChanged(first) || group.Count + names.Count < first.Live!.Value.Links || group.Count(IsChanged) > 1)
            {
                changes[changes.IndexOf(first)] = first with { BreaksLinks = true };
                continue;
            }

            found.AddRange(names.Select(name => first with { Root = root, Path = name.Path, Live = name.Live, SameAs = first.Path }));
        }

        changes.AddRange(found);
        changes.Sort(static (left, right) => left.Path.CompareTo(right.Path));
    }

    /// <summary>
    /// Whether the file itself was changed, and not another one put in its place. Overlayfs notes no origin on the copy of a file with
    /// several names, as it does on that of any other, but gives it the atime of the original, to the nanosecond, and mounted with
    /// noatime it leaves that alone.
    /// </summary>
    private static bool IsChanged(Change change) =>
        change is { Type: EntryType.File, HasOverlayAttributes: false, Kind: ChangeKind.Metadata }
        || (change is { Type: EntryType.File, HasOverlayAttributes: false, Kind: ChangeKind.Modified } && change.Upper!.Value.Accessed == change.Live!.Value.Accessed);

    /// <summary>
    /// Whether another entry is in its place: a new file has the atime with which it was born. Where a file's atime was changed after that,
    /// by the step or by a read through an overlay that bwrap itself has mounted, both are possible.
    /// </summary>
    private static bool IsReplaced(Change change) =>
        !IsChanged(change) && !(change is { Type: EntryType.File, HasOverlayAttributes: false, Kind: ChangeKind.Modified, Upper: { } upper } && upper.Accessed != upper.Born);

    private static void Find(Descriptor top, BytePath start, ulong device, Dictionary<ulong, List<(BytePath Path, EntryStat Live)>> wanted, HashSet<BytePath> changed)
    {
        var rest = new Stack<BytePath>([start]);
        while (rest.TryPop(out var path))
        {
            using var directory = Opening.TryDirectory(top, path);
            foreach (var name in directory is null ? [] : DirectoryReading.Names(directory))
            {
                if (Stat.TryOf(directory!, name) is not { } entry || entry.Device != device)
                {
                    continue;
                }

                if (entry.IsDirectory)
                {
                    rest.Push(path.Append(name));
                }
                else if (wanted.TryGetValue(entry.Inode, out var names) && path.Append(name) is var other && !changed.Contains(other))
                {
                    names.Add((other, entry));
                }
            }
        }
    }
}
