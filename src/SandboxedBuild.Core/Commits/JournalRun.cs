using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Commits;

/// <summary>
/// Carries a journal out, from wherever it stands: forward to the end, or, when that fails, back to the beginning. Each step tells by
/// the inodes whether it was done, so that a run that was cut off anywhere, this one included, can be taken up by another.
/// </summary>
internal static class JournalRun
{
    /// <summary>Carries out a journal of which nothing is done yet.</summary>
    /// <exception cref="SandboxException">As for <see cref="Finish"/>.</exception>
    /// <param name="journal">The journal.</param>
    /// <param name="overlay">Whose it is.</param>
    /// <param name="sites">Where it is carried out.</param>
    /// <param name="then">Is done when all of it is done, before what lies in the yards goes.</param>
    public static void Begin(CommitJournal journal, Overlay overlay, CommitSites sites, Action? then = null) => End(journal, overlay, sites, Forward(journal, overlay, sites, isNew: true), then);

    /// <summary>Brings the live tree to the state after the commit, else to the one before it.</summary>
    /// <exception cref="SandboxException">SBX4003: it is in the state before. SBX4004: it is in neither, and the state is kept.</exception>
    public static void Finish(CommitJournal journal, Overlay overlay, CommitSites sites)
    {
        End(journal, overlay, sites, CommitJournal.GoesBack(overlay) ? "it was being taken back already" : Forward(journal, overlay, sites, isNew: false));
    }

    private static void End(CommitJournal journal, Overlay overlay, CommitSites sites, string? failure, Action? then = null)
    {
        if (failure is not null)
        {
            Back(journal, sites, overlay, failure);
        }

        Close(journal, overlay, sites, failure is null ? then : null);
        if (failure is not null)
        {
            throw ChangeDiagnostics.CommitUndone(failure).AsException();
        }
    }

    /// <summary>Takes back a commit that was over.</summary>
    /// <exception cref="SandboxException">SBX4004: it is in neither state, and the state is kept.</exception>
    public static void TakeBack(CommitJournal journal, Overlay overlay, CommitSites sites)
    {
        Back(journal, sites, overlay, "it is being undone");
        Close(journal, overlay, sites);
    }

    private static string? Forward(CommitJournal journal, Overlay overlay, CommitSites sites, bool isNew)
    {
        var tally = new Tally(overlay.Progress, journal.IsRollback ? WorkKind.Undoing : WorkKind.Committing, total: journal.Entries.Length);
        try
        {
            var isOver = !isNew && IsOver(journal, sites);
            var swaps = journal.Entries.TakeWhile(static entry => entry.IsSwapOfFiles).Count();
            SideBySide.Run(swaps, sites, () => CommitSites.Open(overlay), (own, index) =>
            {
                Step(journal.Entries[index], own, isNew, isOver);
                tally.Add();
            });
            foreach (var entry in journal.Entries.AsSpan(swaps..))
            {
                Step(entry, sites, isNew, isOver);
                tally.Add();
            }

            Sync(journal, overlay, sites);
            return null;
        }
        catch (Exception e)
        {
            // Whatever it is: the live tree is not left in between.
            return e.Message;
        }
    }

    private static void Step(JournalEntry entry, CommitSites sites, bool isNew, bool isOver)
    {
        var site = sites[entry.Root];
        switch (isNew ? StepState.NotDone : site.StateOf(entry))
        {
            case StepState.NotDone:
                site.Do(entry);
                if (!site.LeftAsItWas(entry))
                {
                    throw new IOException($"{entry.Path} was changed by somebody else at this moment");
                }

                break;
            case StepState.Done:
                site.KeepTimes(entry, isBack: false);
                break;
            case StepState.Unknown when !isOver:
                throw new IOException($"{entry.Path} has been changed by somebody else");
        }
    }

    /// <summary>
    /// Whether nothing is left to do: then a commit that was cut off was cut off at its very end, and what does not fit was changed after it.
    /// </summary>
    private static bool IsOver(CommitJournal journal, CommitSites sites) =>
        journal.Entries.All(entry => entry.Action == CommitAction.SetMetadata || sites[entry.Root].StateOf(entry) != StepState.NotDone)
        && journal.Entries.Any(entry => entry.Action != CommitAction.SetMetadata && sites[entry.Root].StateOf(entry) == StepState.Done);

    private static void Back(CommitJournal journal, CommitSites sites, Overlay overlay, string failure)
    {
        try
        {
            // Whoever was at it before may have come to the exchange, and not to the times.
            var isResumed = CommitJournal.GoesBack(overlay);
            journal.Turn(overlay);
            var tally = new Tally(overlay.Progress, WorkKind.Undoing, total: journal.Entries.Count(static entry => entry.Action != CommitAction.SetMetadata));
            foreach (var entry in journal.Entries.Where(static entry => entry.Action != CommitAction.SetMetadata).Reverse())
            {
                var site = sites[entry.Root];
                var state = entry.Action == CommitAction.Overwrite ? StepState.Done : site.StateOf(entry);
                if (state == StepState.Done)
                {
                    site.Undo(entry);
                }
                else if (isResumed && state == StepState.NotDone)
                {
                    site.KeepTimes(entry, isBack: true);
                }

                tally.Add();
            }

            // After the moves, for they change the times of the directories.
            foreach (var entry in journal.Entries.Where(static entry => entry.Action == CommitAction.SetMetadata))
            {
                if (sites[entry.Root].StateOf(entry) == StepState.NotDone)
                {
                    sites[entry.Root].Undo(entry);
                }
            }

            Sync(journal, overlay, sites);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was taken out lies in the overlay; its journal stays open, so that nobody sweeps it away.
            throw ChangeDiagnostics.CommitNotUndone(failure, e.Message, overlay.Directory).AsException();
        }
    }

    /// <summary>
    /// The live tree is as it is to be. When that cannot be written down, whoever finds the journal open sees that nothing is left to do.
    /// </summary>
    private static void Close(CommitJournal journal, Overlay overlay, CommitSites sites, Action? then = null)
    {
        try
        {
            sites.Leave();
            journal.End(overlay);
            then?.Invoke();
            foreach (var root in overlay.Roots.Where(static root => !root.SameMount))
            {
                Yard.Clear(root, overlay.Id);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void Sync(CommitJournal journal, Overlay overlay, CommitSites sites)
    {
        sites.Leave();
        if (journal.Durability == Durability.Journal)
        {
            var directories = CommitPreparation.Around(journal.Entries).ToList();
            SideBySide.Wait(directories.Count, sites, () => CommitSites.Open(overlay), (own, index) => own[directories[index].Root].Sync(directories[index].Path));
        }
    }
}
