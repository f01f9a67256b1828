using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.Auditing;

namespace SandboxedBuild.Tasks;

/// <summary>The audit log of a build. That it cannot be written is told once in a build.</summary>
/// <param name="Log">Where that is told.</param>
/// <param name="Engine">The build.</param>
/// <param name="Settings">Whether there is one, and where.</param>
/// <param name="Environment">The project's.</param>
internal sealed record BuildAudit(TaskLoggingHelper Log, IBuildEngine Engine, SandboxSettings Settings, TaskEnvironment Environment)
{
    private const string ToldKey = "SandboxedBuild.AuditLog";

    /// <summary>Writes a line.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="roots">What steps may change.</param>
    public void Write(AuditEntry entry, IReadOnlyCollection<string> roots)
    {
        // Where not even the sandbox could be made, an error says so, most often of the same directory.
        if (Audit.Write(entry, roots, Settings.StateDirectory, Environment.ToCaller()) is { } warning && entry.Outcome != nameof(AuditOutcome.NotRun) && Engine is IBuildEngine4 services && services.GetRegisteredTaskObject(ToldKey, RegisteredTaskObjectLifetime.Build) is null)
        {
            services.RegisterTaskObject(ToldKey, ToldKey, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
            Log.Report(warning);
        }
    }
}
