using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Diffs;

/// <summary>Reads both sides of changes, one after the other: only one file's text is in memory at a time.</summary>
internal static class DiffReader
{
    /// <summary>The differences, in an order in which they can be applied.</summary>
    public static IEnumerable<FileDiff> Read(ChangeSet changes, Func<Change, bool> isWanted)
    {
        // What was there before is nowhere.
        if (changes.Entries is [{ Root: var first }, ..] && changes.IsInPlace && !Directory.Exists(first.Upper))
        {
            yield break;
        }

        var former = changes.Entries.Where(static change => change.RenamedTo is not null).ToDictionary(static change => (change.Root, change.Path));
        foreach (var group in WithoutTangles(changes.Entries).Where(ChangeWords.IsTold).Where(isWanted).GroupBy(static change => change.Root))
        {
            using var kept = Opening.Directory(group.Key.Upper);
            using var root = group.Key.OpenLive();
            var (upper, live) = changes.IsInPlace ? (root, kept) : (kept, root);
            foreach (var change in Ordered(group))
            {
                var old = change.RenamedFrom is { } path ? former[(change.Root, path)] : change;
                yield return new(
                    ChangeSet.Report(change),
                    old.Live is { } before ? Side.Read(live, old.Path, before) : null,
                    change.Upper is { } after ? Side.Read(upper, change.UpperPath, after) : null);
            }
        }
    }

    /// <summary>
    /// A rename into a directory that takes a file's place, or out of one that gives way to a file, is told as a deletion and an addition:
    /// patch(1) looks for both places before it does anything.
    /// </summary>
    private static IEnumerable<Change> WithoutTangles(IEnumerable<Change> changes)
    {
        var all = changes.ToList();
        var replaced = all.Where(static change => change is { Kind: ChangeKind.Modified, Live: { } before } && before.IsDirectory != (change.Type == EntryType.Directory)).ToList();
        return replaced.Count == 0 ? all : all.Select(change => IsTangled(change, change.RenamedFrom) || IsTangled(change, change.RenamedTo) ? change with { RenamedFrom = null, RenamedTo = null } : change);

        bool IsTangled(Change change, BytePath? other) => other is { } path && replaced.Exists(entry => entry.Root == change.Root && (path.IsAtOrBelow(entry.Path) || change.Path.IsAtOrBelow(entry.Path)));
    }

    /// <summary>By path, but what takes the place of a directory comes after all that was in it.</summary>
    private static IEnumerable<Change> Ordered(IEnumerable<Change> changes)
    {
        Change? waiting = null;
        foreach (var change in changes)
        {
            if (waiting is not null && !change.Path.IsAtOrBelow(waiting.Path))
            {
                yield return waiting;
                waiting = null;
            }

            if (waiting is null && change is { Kind: ChangeKind.Modified, Live.IsDirectory: true } && change.Type != EntryType.Directory)
            {
                waiting = change;
            }
            else
            {
                yield return change;
            }
        }

        if (waiting is not null)
        {
            yield return waiting;
        }
    }
}
