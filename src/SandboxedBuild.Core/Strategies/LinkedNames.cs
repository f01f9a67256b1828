using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Strategies;

/// <summary>
/// Files with several names (hard links) in a copy, in which they are the links that they are live. What are names of one file in the
/// end are so after the commit too: where one of them is taken over, all are.
/// </summary>
internal sealed class LinkedNames
{
    private readonly List<(Change Change, bool IsNew)> _changed = [];
    private readonly List<(Change Change, bool IsNew)> _same = [];

    /// <summary>A change of an entry.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isNew">Whether another entry is in the place of the one that was there.</param>
    public void AddChanged(Change change, bool isNew)
    {
        if (change.Upper is { IsDirectory: false } upper && (upper.Links > 1 || change.Live is { IsDirectory: false, Links: > 1 }))
        {
            _changed.Add((change, isNew));
        }
    }

    /// <summary>An entry that was touched and is as it was.</summary>
    public void AddSame(Change change, bool isNew)
    {
        if (change.Upper!.Value.Links > 1 || change.Live!.Value.Links > 1)
        {
            _same.Add((change, isNew));
        }
    }

    /// <summary>Adds what has to be taken over with others, and marks what has names outside of the root.</summary>
    /// <param name="changes">What was found.</param>
    /// <param name="top">What was copied.</param>
    /// <param name="isInPlace">Whether steps wrote to the live root: then it is what was before that must be whole again.</param>
    public void Complete(List<Change> changes, CopiedEntry top, bool isInPlace)
    {
        if (isInPlace)
        {
            CompleteInPlace(changes);
            return;
        }

        var taken = _changed.Select(static pair => pair.Change.Upper!.Value.Inode).ToHashSet();
        foreach (var group in _same.GroupBy(static pair => pair.Change.Upper!.Value.Inode))
        {
            if (taken.Contains(group.Key) || group.Any(static pair => pair.IsNew && pair.Change.Live!.Value.Links > 1) || group.Select(static pair => pair.Change.Live!.Value.Inode).Distinct().Skip(1).Any())
            {
                changes.AddRange(group.Select(static pair => pair.Change));
            }
        }

        MarkParted(changes, top);
    }

    /// <summary>
    /// To bring one name of a former file back is to bring all of them back, else they would be parted. A live file with names elsewhere is
    /// written over instead: these are its names, too, and no other file can take its place there.
    /// </summary>
    private void CompleteInPlace(List<Change> changes)
    {
        var former = changes.Where(static change => change.Live is { IsDirectory: false, Links: > 1 }).Select(static change => change.Live!.Value.Inode).ToHashSet();
        var taken = changes.Where(static change => change.Upper is { IsDirectory: false, Links: > 1 }).Select(static change => change.Upper!.Value.Inode).ToHashSet();
        changes.AddRange(_same.Where(pair => former.Contains(pair.Change.Live!.Value.Inode) || taken.Contains(pair.Change.Upper!.Value.Inode)).Select(static pair => pair.Change));
        var names = _changed.Concat(_same).CountBy(static pair => pair.Change.Upper!.Value.Inode).ToDictionary();
        foreach (var (change, isNew) in _changed.Concat(_same).Where(pair => !pair.IsNew && pair.Change is { Upper: { Type: EntryType.File } upper, Live.Type: EntryType.File } && upper.Links > names[upper.Inode]))
        {
            if (changes.IndexOf(change) is >= 0 and var index)
            {
                changes[index] = change with { IsWrittenOver = true };
            }
        }
    }

    /// <summary>A file that was written to, some of whose names the copy has not.</summary>
    private void MarkParted(List<Change> changes, CopiedEntry top)
    {
        var written = _changed.Where(static pair => !pair.IsNew && pair.Change is { Live: { Type: EntryType.File, Links: > 1 }, Kind: ChangeKind.Modified or ChangeKind.Metadata })
            .Select(static pair => pair.Change).DistinctBy(static change => change.Live!.Value.Inode).ToList();
        if (written.Count == 0)
        {
            return;
        }

        var copied = written.ToDictionary(static change => change.Live!.Value.Inode, static _ => 0u);
        Count(top, copied);
        foreach (var change in written.Where(change => copied[change.Live!.Value.Inode] < change.Live!.Value.Links))
        {
            changes[changes.IndexOf(change)] = change with { BreaksLinks = true };
        }
    }

    private static void Count(CopiedEntry directory, Dictionary<ulong, uint> copied)
    {
        foreach (var child in directory.Children!)
        {
            if (child.Children is not null)
            {
                Deep.Go(() => Count(child, copied));
            }
            else if (copied.TryGetValue(child.Live, out var count))
            {
                copied[child.Live] = count + 1;
            }
        }
    }
}
