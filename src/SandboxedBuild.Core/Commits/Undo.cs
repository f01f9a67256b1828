using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>Takes a commit back that is over, from the backup that it left: the same steps, in reverse.</summary>
public static class Undo
{
    /// <summary>Brings the live tree to where it was before the commit. The caller owns the overlay's state, and throws it away afterwards.</summary>
    /// <returns>The paths that are as before again: each root's path and the entry's.</returns>
    /// <exception cref="SandboxException">
    /// SBX4011: something that the commit changed has been changed since. SBX4004: it failed in between, and can be carried on by a recovery.
    /// </exception>
    public static ImmutableArray<string> Run(Overlay overlay)
    {
        try
        {
            var journal = CommitJournal.Read(overlay);
            using var locks = RootLocks.Take(overlay);
            using var sites = CommitSites.Open(overlay);
            var done = CommitJournal.DoneAt(overlay);
            var place = Backups.PlaceOf(overlay);
            var returned = ReturnedEntries.Read(place);
            var changed = journal.Entries.Where(entry => sites[entry.Root].IsChangedSince(entry, done, returned)).Select(entry => Full(entry, overlay)).ToList();
            if (changed.Count > 0)
            {
                throw ChangeDiagnostics.ChangedSinceCommit(overlay.Id, changed).AsException();
            }

            journal.Reopen(overlay);
            JournalRun.TakeBack(journal, overlay, sites);
            Note(journal, sites, returned, place);
            return [.. journal.Entries.Where(static entry => entry.Action != CommitAction.SetMetadata).Select(entry => Full(entry, overlay))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommitJournal.IsOpen(overlay.Directory)
                ? ChangeDiagnostics.CommitNotUndone("it is being undone", e.Message, overlay.Directory).AsException()
                : ChangeDiagnostics.UndoImpossible(overlay.Id, e.Message).AsException();
        }
    }

    private static void Note(CommitJournal journal, CommitSites sites, ReturnedEntries returned, string place)
    {
        try
        {
            if (!Directory.Exists(place))
            {
                return;
            }

            var back = journal.Entries.Where(static entry => entry.Leaving != 0 && entry.Action is CommitAction.Exchange or CommitAction.MoveOut)
                .Select(entry => sites[entry.Root].ChangedAt(entry) is { } changed ? new ReturnedEntry(entry.Root, entry.Leaving, changed, entry.LeavingChanged) : null);
            new ReturnedEntries([.. returned.Entries, .. back.OfType<ReturnedEntry>()]).Write(place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The undo has been done. Without the note, an older commit may not be undoable: it is then said to have been changed since.
        }
    }

    private static string Full(JournalEntry entry, Overlay overlay) =>
        $"{overlay.Roots.First(root => root.Number == entry.Root).Path}/{entry.Path}";
}
