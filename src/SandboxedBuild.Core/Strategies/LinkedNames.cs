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

    /// <summary>Adds what has to be taken over with others, and marks what parts from names outside of the root.</summary>
    public void Complete(List<Change> changes, CopiedEntry top)
    {
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
