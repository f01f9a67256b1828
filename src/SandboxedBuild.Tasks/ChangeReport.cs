using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.Changes;

namespace SandboxedBuild.Tasks;

/// <summary>Tells a change set: a line for people, the changes at detailed verbosity, an event for the binlog.</summary>
internal static class ChangeReport
{
    public static void Log(ITask task, string target, string overlay, IReadOnlyCollection<Change> changes, Outcome outcome, TimeSpan time)
    {
        var log = new TaskLoggingHelper(task);
        var line = ChangeSummary.Line(target, changes, outcome, time);
        log.LogMessage(MessageImportance.Normal, "{0}", line);
        foreach (var change in changes)
        {
            log.LogMessage(MessageImportance.Low, "{0}", ChangeSummary.Line(change));
        }

        SandboxEvents.ChangeSet(task.BuildEngine, overlay, line, changes, outcome);
    }
}
