using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Tasks;

/// <summary>Tells what a step has read: an event for the binlog, and what its Inputs do not name.</summary>
internal static class ReadReport
{
    /// <param name="log">Where warnings and errors go.</param>
    /// <param name="engine">Where the event goes.</param>
    /// <param name="step">The step, after it is judged.</param>
    /// <param name="succeeded">Whether its command has succeeded: else what it did not come to read is not known.</param>
    /// <param name="inputs">What it says that it reads; null if it says nothing.</param>
    /// <param name="outputs">What it says that it makes.</param>
    /// <returns>Whether it may commit.</returns>
    public static bool Log(TaskLoggingHelper log, IBuildEngine engine, SandboxedStep step, bool succeeded, DeclaredPaths? inputs, DeclaredPaths outputs)
    {
        if (step.Reads is not { } reads)
        {
            return true;
        }

        ReadsEvent.Log(engine, step, reads, step.Settings.TrackReads == ReadTracking.All);
        if (reads.IsCut)
        {
            log.Report(ReadDiagnostics.Cut(step.Identity.Target));
        }

        if (succeeded && inputs is null && step.Settings.UndeclaredInputs != UndeclaredInputs.Ignore)
        {
            UnnamedInputs.Tell(log, (IBuildEngine4)engine, step.Identity);
        }

        var undeclared = !succeeded || inputs is null || step.Settings.UndeclaredInputs == UndeclaredInputs.Ignore ? [] : reads.Undeclared(inputs, outputs);
        var isError = !undeclared.IsEmpty && step.Settings.UndeclaredInputs == UndeclaredInputs.Error;
        if (!undeclared.IsEmpty)
        {
            log.Report(ReadDiagnostics.Undeclared(step.Identity.Target, undeclared, isError));
        }

        return !isError;
    }
}
