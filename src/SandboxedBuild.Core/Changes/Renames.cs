using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Changes;

/// <summary>
/// Pairs deletions with additions. Overlayfs renames a lower file by copying it up and leaving a whiteout, and refuses to rename a
/// lower directory, which tools then copy; so renames have to be inferred. First by the origin that overlayfs notes on each copy,
/// which is the live file's own handle; then by equal contents.
/// </summary>
internal static class Renames
{
    /// <summary>The same changes, with the pairs marked.</summary>
    /// <param name="changes">All that differs.</param>
    /// <param name="remade">Files that a step has made again as they were.</param>
    /// <param name="upper">The upper layer.</param>
    /// <param name="live">The live tree.</param>
    public static IEnumerable<Change> Infer(List<Change> changes, List<Change> remade, Descriptor upper, Descriptor live)
    {
        var (added, deleted) = Candidates(changes);
        if (added.Count == 0)
        {
            return changes;
        }

        var from = new Dictionary<BytePath, BytePath>();
        PairByOrigin(added, deleted, upper, live, from);
        PairByContents(added, deleted, upper, live, from);
        return Marked(changes, from, Lost(added, [.. changes, .. remade], upper, live, from));
    }

    /// <summary>The same for changes of which some pairs are known.</summary>
    /// <param name="changes">All that differs.</param>
    /// <param name="from">The pairs: from where each added one comes.</param>
    /// <param name="upper">What the steps left.</param>
    /// <param name="live">The live tree.</param>
    public static IEnumerable<Change> Infer(List<Change> changes, Dictionary<BytePath, BytePath> from, Descriptor upper, Descriptor live)
    {
        var (added, deleted) = Candidates(changes);
        if (added.Count == 0)
        {
            return changes;
        }

        var taken = from.Values.ToHashSet();
        added.RemoveAll(change => from.ContainsKey(change.Path));
        deleted.RemoveAll(change => taken.Contains(change.Path));
        PairByContents(added, deleted, upper, live, from);
        return Marked(changes, from, []);
    }

    private static (List<Change> Added, List<Change> Deleted) Candidates(List<Change> changes) =>
        (changes.FindAll(static change => change is { Kind: ChangeKind.Added, Type: EntryType.File or EntryType.SymbolicLink }),
            changes.FindAll(static change => change is { Kind: ChangeKind.Deleted, Type: EntryType.File or EntryType.SymbolicLink }));

    /// <summary>The same changes with these pairs, and no others.</summary>
    public static IEnumerable<Change> Marked(List<Change> changes, Dictionary<BytePath, BytePath> from) => Marked(changes, from, []);

    private static IEnumerable<Change> Marked(List<Change> changes, Dictionary<BytePath, BytePath> from, HashSet<BytePath> lost)
    {
        var to = from.ToDictionary(static pair => pair.Value, static pair => pair.Key);
        var linked = changes.Where(static change => change is { Kind: ChangeKind.Deleted, Live: { Type: EntryType.File, Links: > 1 } }).Select(static change => change.Path).ToHashSet();
        return changes.Select(change =>
            change.Kind == ChangeKind.Added && from.TryGetValue(change.Path, out var old) ? change with { RenamedFrom = old, BreaksLinks = change.Upper is { Links: 1 } && linked.Contains(old) }
            : lost.Contains(change.Path) ? change with { IsDisplaced = true }
            : change.Kind == ChangeKind.Deleted && to.TryGetValue(change.Path, out var now) ? change with { RenamedTo = now }
            : change);
    }

    private static void PairByOrigin(List<Change> added, List<Change> deleted, Descriptor upper, Descriptor live, Dictionary<BytePath, BytePath> from)
    {
        var marked = added.Where(static change => change is { HasOverlayAttributes: true, Type: EntryType.File }).ToList();
        if (marked.Count == 0)
        {
            return;
        }

        var byHandle = new Dictionary<string, Change>(StringComparer.Ordinal);
        foreach (var change in deleted.Where(static change => change.Type == EntryType.File))
        {
            if (HandleOf(change, live) is { } handle)
            {
                byHandle.TryAdd(handle, change);
            }
        }

        var taken = new HashSet<BytePath>();
        foreach (var change in marked)
        {
            if (OriginOf(change, upper) is { } origin && byHandle.Remove(origin, out var old))
            {
                from[change.Path] = old.Path;
                taken.Add(old.Path);
            }
        }

        deleted.RemoveAll(change => taken.Contains(change.Path));
        added.RemoveAll(change => from.ContainsKey(change.Path));
    }

    /// <summary>Empty files say nothing about where they came from, and are not paired. Only files of a size that was deleted are read.</summary>
    private static void PairByContents(List<Change> added, List<Change> deleted, Descriptor upper, Descriptor live, Dictionary<BytePath, BytePath> from)
    {
        var sizes = added.Select(static change => change.Size).ToHashSet();
        var gone = deleted.Where(change => change.Size > 0 && sizes.Contains(change.Size))
            .Select(change => (Change: change, Digest: DigestOf(change, live)))
            .Where(static pair => pair.Digest is not null)
            .ToList();

        // One with the same name first: a moved directory may hold several files with the same contents.
        var byName = gone.ToLookup(static pair => (pair.Digest!, BytePath.FromBytes(pair.Change.Path.Name)), static pair => pair.Change.Path)
            .ToDictionary(static group => group.Key, static group => new Queue<BytePath>(group));
        var byContents = gone.ToLookup(static pair => pair.Digest!, static pair => pair.Change.Path, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => new Queue<BytePath>(group), StringComparer.Ordinal);
        var taken = new HashSet<BytePath>();
        var deletedSizes = gone.Select(static pair => pair.Change.Size).ToHashSet();

        // What overlayfs has copied up is rather a renamed file than what a step has copied itself.
        foreach (var change in added.Where(change => deletedSizes.Contains(change.Size)).OrderByDescending(static change => change.HasOverlayAttributes))
        {
            if (DigestOf(change, upper) is { } digest
                && (Take(byName.GetValueOrDefault((digest, BytePath.FromBytes(change.Path.Name)))) ?? Take(byContents.GetValueOrDefault(digest))) is { } old)
            {
                from[change.Path] = old;
            }
        }

        // Each path is in a queue of either kind.
        BytePath? Take(Queue<BytePath>? queue)
        {
            while (queue is not null && queue.TryDequeue(out var path))
            {
                if (taken.Add(path))
                {
                    return path;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// Files that overlayfs copied up from a live one that is nowhere any more: what looks new is a change to what somebody deleted.
    /// </summary>
    private static HashSet<BytePath> Lost(List<Change> added, List<Change> changes, Descriptor upper, Descriptor live, Dictionary<BytePath, BytePath> from)
    {
        // Another name of a file that is still there was given by the step.
        var linked = changes.Where(static change => change is { Live: not null, Upper.Links: > 1 }).Select(static change => change.Upper!.Value.Inode).ToHashSet();
        var origins = added.Where(change => change is { HasOverlayAttributes: true, Type: EntryType.File } && !from.ContainsKey(change.Path) && !linked.Contains(change.Upper!.Value.Inode))
            .Select(change => (change.Path, Origin: OriginOf(change, upper)))
            .Where(static pair => pair.Origin is not null)
            .ToList();
        if (origins.Count == 0)
        {
            return [];
        }

        // In a user namespace the note is empty. Then only where there is no file that it could have been renamed from.
        // A copy that takes its contents from a file does not take it away.
        var copies = added.Where(static change => !change.HasOverlayAttributes).Select(static change => change.Path).ToHashSet();
        var renamed = from.Where(pair => !copies.Contains(pair.Key)).Select(static pair => pair.Value).ToHashSet();
        var open = changes.Exists(change => change.Live?.Type == EntryType.File && (change.Kind == ChangeKind.Modified || change is { Kind: ChangeKind.Metadata, HasOverlayAttributes: false } || (change.Kind == ChangeKind.Deleted && !renamed.Contains(change.Path))));

        // Its place may have been taken by another file since, or the pair was found by contents.
        var handles = changes.Where(static change => change.Live?.Type == EntryType.File).Select(change => HandleOf(change, live)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. origins.Where(pair => pair.Origin is { Length: > 0 } origin ? !handles.Contains(origin) : !open).Select(static pair => pair.Path)];
    }

    private static string? OriginOf(Change change, Descriptor upper)
    {
        using var parent = Opening.Directory(upper, change.Path.Parent);
        return Attributes.Value(parent, change.Path.Name, Attributes.Origin) is { } note ? FileHandles.FromOrigin(note) is { } handle ? Convert.ToHexString(handle) : string.Empty : null;
    }

    private static string? HandleOf(Change change, Descriptor live)
    {
        using var parent = Opening.Directory(live, change.Path.Parent);
        return FileHandles.Of(parent, change.Path.Name) is { } handle ? Convert.ToHexString(handle) : null;
    }

    private static string? DigestOf(Change change, Descriptor root)
    {
        using var parent = Opening.Directory(root, change.Path.Parent);
        return Contents.Digest(parent, change.Path.Name, change.Type);
    }
}
