using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.Changes;
using SandboxedBuild.Diffs;

namespace SandboxedBuild.Tasks;

/// <summary>Tells a change set: a line for people, the changes at detailed verbosity, an event for the binlog.</summary>
internal static class ChangeReport
{
    public static void Log(ITask task, string target, string overlay, IReadOnlyCollection<Change> changes, IReadOnlyCollection<KeptDiff> diffs, Outcome outcome, TimeSpan time)
    {
        var log = new TaskLoggingHelper(task);
        var line = ChangeSummary.Line(target, changes, outcome, time);
        log.LogMessage(MessageImportance.Normal, "{0}", line);
        foreach (var change in changes)
        {
            log.LogMessage(MessageImportance.Low, "{0}", ChangeSummary.Line(change));
        }

        SandboxEvents.ChangeSet(task.BuildEngine, overlay, line, changes, outcome);
        if (diffs.Count > 0)
        {
            PatchEvent.Log(task.BuildEngine, target, overlay, changes, diffs);
        }
    }
}
