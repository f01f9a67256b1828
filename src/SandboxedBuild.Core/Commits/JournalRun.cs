using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>
/// Carries a journal out, from wherever it stands: forward to the end, or, when that fails, back to the beginning. Each step tells by
/// the inodes whether it was done, so that a run that was cut off anywhere, this one included, can be taken up by another.
/// </summary>
internal static class JournalRun
{
    /// <summary>Brings the live tree to the state after the commit, else to the one before it.</summary>
    /// <exception cref="SandboxException">SBX4003: it is in the state before. SBX4004: it is in neither, and the state is kept.</exception>
    public static void Finish(CommitJournal journal, Overlay overlay)
    {
        using var sites = CommitSites.Open(overlay);
        var failure = CommitJournal.GoesBack(overlay) ? "it was being taken back already" : Forward(journal, sites);
        if (failure is not null)
        {
            CommitJournal.Turn(overlay);
            Back(journal, sites, overlay, failure);
        }

        CommitJournal.End(overlay);
        foreach (var root in overlay.Roots)
        {
            CommitSite.Clear(root, overlay.Id);
        }

        if (failure is not null)
        {
            throw ChangeDiagnostics.CommitUndone(failure).AsException();
        }
    }

    private static string? Forward(CommitJournal journal, CommitSites sites)
    {
        try
        {
            foreach (var entry in journal.Entries)
            {
                var site = sites[entry.Root];
                switch (site.StateOf(entry))
                {
                    case StepState.NotDone:
                        site.Do(entry);
                        if (!site.LeftAsItWas(entry))
                        {
                            return $"{Name(entry)} was changed by somebody else at this moment";
                        }

                        break;
                    case StepState.Unknown:
                        return $"{Name(entry)} has been changed by somebody else";
                }
            }

            SyncDirectories(journal, sites);
            return null;
        }
        catch (Exception e)
        {
            // Whatever it is: the live tree is not left in between.
            return e.Message;
        }
    }

    private static void Back(CommitJournal journal, CommitSites sites, Overlay overlay, string failure)
    {
        try
        {
            foreach (var entry in journal.Entries.Where(static entry => entry.Action != CommitAction.SetMetadata).Reverse())
            {
                if (sites[entry.Root].StateOf(entry) == StepState.Done)
                {
                    sites[entry.Root].Undo(entry);
                }
            }

            // After the moves, for they change the times of the directories.
            foreach (var entry in journal.Entries.Where(static entry => entry.Action == CommitAction.SetMetadata))
            {
                if (sites[entry.Root].StateOf(entry) == StepState.NotDone)
                {
                    sites[entry.Root].Undo(entry);
                }
            }

            SyncDirectories(journal, sites);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was taken out lies in the overlay; its journal stays open, so that nobody sweeps it away.
            throw ChangeDiagnostics.CommitNotUndone(failure, e.Message, overlay.Directory).AsException();
        }
    }

    private static void SyncDirectories(CommitJournal journal, CommitSites sites)
    {
        foreach (var (root, path) in journal.Entries.Select(static entry => (entry.Root, BytePath.FromBytes(entry.Path).Parent)).Distinct())
        {
            using var directory = Opening.TryDirectory(sites[root].Live, path);
            if (directory is not null)
            {
                Syncing.Directory(directory);
            }
        }
    }

    private static string Name(JournalEntry entry) => BytePath.Display(entry.Path);
}
