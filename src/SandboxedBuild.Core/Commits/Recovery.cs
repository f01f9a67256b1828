using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>Takes up a commit that was cut off: by a crash, a kill, a power failure.</summary>
internal static class Recovery
{
    /// <summary>
    /// Carries the commit on to its end, or back to its beginning. The caller owns the overlay, so that two recoveries cannot meet.
    /// </summary>
    /// <returns>What a person should know or has to see to.</returns>
    public static Diagnostic Run(Overlay overlay)
    {
        try
        {
            var journal = CommitJournal.Read(overlay);
            using var locks = RootLocks.Take(overlay);
            using var sites = CommitSites.Open(overlay);
            JournalRun.Finish(journal, overlay, sites);
            return journal.IsRollback ? InPlaceDiagnostics.CutOff(overlay, left: null) : ChangeDiagnostics.CommitCarriedOn(overlay);
        }
        catch (SandboxException e)
        {
            return CommitJournal.IsOpen(overlay.Directory) ? e.Diagnostic : ChangeDiagnostics.CommitTakenBack(overlay);
        }
    }

    /// <summary>Takes back what a step did in live roots that nobody has accepted, for whoever ran it was killed.</summary>
    /// <returns>What a person should know; null where there is nothing of that kind.</returns>
    public static Diagnostic? TakeBack(Overlay overlay)
    {
        try
        {
            return overlay.Strategy.Recover(overlay);
        }
        catch (SandboxException e)
        {
            return e.Diagnostic;
        }
    }
}
