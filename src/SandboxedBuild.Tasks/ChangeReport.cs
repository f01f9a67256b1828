using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.Changes;
using SandboxedBuild.Diffs;

namespace SandboxedBuild.Tasks;

/// <summary>Tells a change set: an event for the binlog, whose message is the line for people, and the changes at detailed verbosity.</summary>
internal static class ChangeReport
{
    public static void Log(ITask task, string target, string overlay, IReadOnlyCollection<Change> changes, IReadOnlyCollection<KeptDiff> diffs, Outcome outcome, TimeSpan time)
    {
        var log = new TaskLoggingHelper(task);
        SandboxEvents.ChangeSet(task.BuildEngine, overlay, ChangeSummary.Line(target, changes, outcome, time), changes, outcome);
        var isFull = changes.Select(static change => change.Root).Distinct().Skip(1).Any();
        foreach (var change in changes)
        {
            log.LogMessage(MessageImportance.Low, "{0}", ChangeSummary.Line(change, isFull));
        }

        if (diffs.Count > 0)
        {
            PatchEvent.Log(task.BuildEngine, target, overlay, changes, diffs);
        }
    }
}
