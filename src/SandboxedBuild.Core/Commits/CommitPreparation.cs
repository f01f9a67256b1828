using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Commits;

/// <summary>
/// Turns operations into journal entries. What cannot move in from the upper layer as it is – across mounts, and directories of which
/// only a part is committed – is laid out in the yard first.
/// </summary>
internal static class CommitPreparation
{
    public static ImmutableArray<JournalEntry> Prepare(CommitPlan plan, CommitSites sites, Action<WorkProgress>? progress)
    {
        var tally = new Tally(progress, WorkKind.Staging);
        var entries = new List<JournalEntry>(plan.Operations.Length);
        var (copies, written) = (new Dictionary<int, TreeCopy>(), new Dictionary<int, TreeCopy>());
        foreach (var operation in plan.Operations)
        {
            var site = sites[operation.Change.Root.Number];
            if (!copies.TryGetValue(operation.Change.Root.Number, out var copy))
            {
                var shared = plan.Operations.Where(other => other.Change.Root == operation.Change.Root && other.Change.SameAs is not null).Select(static other => other.Change.Upper!.Value.Inode);
                copies[operation.Change.Root.Number] = copy = new(site.Yard, shared.ToHashSet(), tally: tally);
                written[operation.Change.Root.Number] = new(site.Yard, [], "live", tally);
            }

            entries.Add(Prepare(operation, site, copy, written[operation.Change.Root.Number], entries.Count));
        }

        // Those first that can be done in any order.
        return [.. entries.Where(static entry => entry.IsSwapOfFiles), .. entries.Where(static entry => !entry.IsSwapOfFiles), .. Touched(entries, sites)];
    }

    /// <summary>
    /// The directories whose times change for no other reason than that the commit works in them: they keep what they have, which the
    /// step may have seen to itself.
    /// </summary>
    internal static IEnumerable<JournalEntry> Touched(IEnumerable<JournalEntry> entries, CommitSites sites)
    {
        var judged = entries.Where(static entry => entry.Action == CommitAction.SetMetadata).Select(static entry => (entry.Root, entry.Path)).ToHashSet();
        foreach (var (root, path) in Around(entries.Where(static entry => entry.Action != CommitAction.SetMetadata)).Where(place => !judged.Contains((place.Root, place.Path))).OrderByDescending(static place => place.Path))
        {
            using var live = Opening.TryDirectory(sites[root].Live, path.Parent);
            if (live is not null && (path.IsRoot || Stat.TryOf(live, path.Name) is not null))
            {
                var metadata = EntryMetadata.Of(live, path.Name);
                yield return new(CommitAction.SetMetadata, root, path, Before: metadata, After: metadata);
            }
        }
    }

    /// <summary>The directories that entries are in, each once. Mostly, the next entry is in the same one.</summary>
    internal static HashSet<(int Root, BytePath Path)> Around(IEnumerable<JournalEntry> entries)
    {
        var directories = new HashSet<(int Root, BytePath Path)>();
        (int Root, BytePath Path)? last = null;
        foreach (var entry in entries)
        {
            if (last is not { } known || known.Root != entry.Root || !entry.Path.IsIn(known.Path))
            {
                last = (entry.Root, entry.Path.Parent);
                directories.Add(last.Value);
            }
        }

        return directories;
    }

    private static JournalEntry Prepare(CommitOperation operation, CommitSite site, TreeCopy copy, TreeCopy written, int number)
    {
        var change = operation.Change;
        var (upper, live) = (change.Upper, change.Live);
        var isExchange = operation.Action == CommitAction.Exchange;
        var entry = new JournalEntry(
            operation.Action,
            change.Root.Number,
            change.Path,
            change.Root.SameMount ? upper?.Inode ?? 0 : 0,
            live?.Inode ?? 0,
            live?.Size ?? 0,
            live?.Modified ?? 0,
            live?.Changed ?? 0,
            HasOrigin: change.LosesOriginOnTheWay,
            ArrivingTime: isExchange ? TimeOf(upper) : null,
            LeavingTime: isExchange ? TimeOf(live) : null);
        var isWrittenOver = isExchange && live is { } before && (change.IsWrittenOver || site.IsMountPoint(before));
        return operation.Action switch
        {
            CommitAction.MoveOut => entry with { Arriving = 0, Place = Place(number) },
            CommitAction.SetMetadata => Metadata(entry with { Arriving = 0 }, operation, site),
            CommitAction.MoveIn or CommitAction.Exchange when change.Root.SameMount && change.SameAs is null && !isWrittenOver => entry,
            _ => LaidOut(entry with { Place = Place(number) }, change, site, isWrittenOver ? written : copy, isWrittenOver),
        };
    }

    private static string Place(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is laid out in the yard, to move in from there, or to be written back.</summary>
    private static JournalEntry LaidOut(JournalEntry entry, Change change, CommitSite site, TreeCopy copy, bool isWrittenOver)
    {
        var place = Encoding.ASCII.GetBytes(entry.Place!);
        if (entry.Action == CommitAction.MakeDirectory)
        {
            Naming.MakeDirectory(site.Yard, place, 0x1c0);
            return entry with { Action = CommitAction.MoveIn, Arriving = Stat.TryOf(site.Yard, place)!.Value.Inode };
        }

        if (isWrittenOver)
        {
            using var live = Opening.Directory(site.Live, change.Path.Parent);
            copy.Add(live, change.Path.Name, site.Yard, place);
            return entry with { Action = CommitAction.Overwrite, Arriving = 0, ArrivingTime = null, LeavingTime = null };
        }

        using var parent = Opening.Directory(site.Upper, change.UpperPath.Parent);
        if (change.Root.SameMount)
        {
            Naming.Link(parent, change.UpperPath.Name, site.Yard, place);
            return entry;
        }

        copy.Add(parent, change.UpperPath.Name, site.Yard, place);
        return entry with { Arriving = Stat.TryOf(site.Yard, place)!.Value.Inode };
    }

    /// <summary>The times of the directories that an exchange moves: XFS takes that for a modification.</summary>
    internal static long? TimeOf(in EntryStat? entry) => entry is { IsDirectory: true } directory ? directory.Modified : null;

    private static JournalEntry Metadata(JournalEntry entry, CommitOperation operation, CommitSite site)
    {
        var path = operation.Change.Path;
        using var upper = Opening.Directory(site.Upper, path.Parent);

        // The upper directory itself may be open for as long as it is worked on, and may not have been given the owner of a root.
        var after = EntryMetadata.Of(upper, path.Name) with { Mode = operation.Change.Mode, Uid = operation.Change.Upper!.Value.Uid, Gid = operation.Change.Upper.Value.Gid };

        // A directory that this commit makes has nothing to be given back.
        using var live = Opening.TryDirectory(site.Live, path.Parent);
        var exists = live is not null && (path.IsRoot || Stat.TryOf(live, path.Name) is not null);
        return entry with { Before = exists ? EntryMetadata.Of(live!, path.Name) : after, After = after };
    }
}
