using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>Takes up a commit that was cut off: by a crash, a kill, a power failure.</summary>
internal static class Recovery
{
    /// <summary>
    /// Carries the commit on to its end, or back to its beginning. The caller owns the overlay, so that two recoveries cannot meet.
    /// </summary>
    /// <returns>What a person has to see to, or null when the live tree is in one of the two states.</returns>
    public static Diagnostic? Run(Overlay overlay)
    {
        try
        {
            JournalRun.Finish(CommitJournal.Read(overlay), overlay);
            return null;
        }
        catch (SandboxException e)
        {
            return CommitJournal.IsOpen(overlay.Directory) ? e.Diagnostic : null;
        }
    }
}
