using System.Diagnostics;
using SandboxedBuild.Auditing;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary>Writes a step to the audit log, however it ends.</summary>
internal sealed class StepAudit(BuildAudit audit)
{
    private readonly DateTimeOffset _time = DateTimeOffset.UtcNow;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>The gate let it not run.</summary>
    public void Denied(StepIdentity step, StepAccess asked, Diagnostic refusal)
    {
        if (audit.Settings.AuditLog)
        {
            Write(Entry(step, AuditGate.Denied, AuditPlan.Of(null, null, asked.Network.ToString(), step.Roots, asked, []), AuditOutcome.Denied, nameof(AuditOutcome.Denied), refusal.Code), step);
        }
    }

    /// <summary>It is over, and its changes are decided on.</summary>
    /// <param name="step">The step.</param>
    /// <param name="data">What is told of it.</param>
    /// <param name="result">What became of it; null where that cannot be told.</param>
    public void Concluded(SandboxedStep step, StepData data, StepResult? result)
    {
        if (audit.Settings.AuditLog)
        {
            var outcome = result is null ? AuditOutcome.NotCaught : Enum.Parse<AuditOutcome>(result.Outcome.ToString());
            Write(Entry(step, outcome, data.Failure ?? (result?.Refusal is null ? null : "Commit"), result?.Refusal?.Code) with
            {
                Overlay = step.Overlay?.Id,
                ExitCode = data.ExitCode,
                Changes = result is null ? null : AuditChanges.Of(result.Changes),
                Violations = AuditViolations.Of(step.Violations),
                Usage = data.Usage,
                Limits = data.Limits,
            }, step.Identity);
        }
    }

    /// <summary>It was cut short: by the sandbox, which could not be made, or by its changes, which could not be committed.</summary>
    /// <param name="step">The step.</param>
    /// <param name="failure">What is the matter, where that is known.</param>
    /// <param name="isCancelled">Whether the build was.</param>
    public void Failed(SandboxedStep step, Diagnostic? failure, bool isCancelled)
    {
        if (audit.Settings.AuditLog)
        {
            var isOver = step.Status is not null;
            Write(Entry(step, isOver ? AuditOutcome.RolledBack : AuditOutcome.NotRun, isCancelled ? nameof(StepFailure.Ended) : isOver ? "Commit" : nameof(StepFailure.Sandbox), failure?.Code) with
            {
                Overlay = step.Overlay?.Id,
                ExitCode = step.Status?.ExitCode,
                Violations = AuditViolations.Of(step.Violations),
            }, step.Identity);
        }
    }

    private AuditEntry Entry(SandboxedStep step, AuditOutcome outcome, string? failure, string? code)
    {
        var plan = AuditPlan.Of(step.Isolation.ToString(), step.Overlay?.Strategy.Name, step.Isolation != Isolation.None || outcome == AuditOutcome.NotRun ? step.Access.Network.ToString() : "Host", step.Identity.Roots, step.Access, step.Admission.Grants.Protected.Select(static glob => glob.Pattern));
        return Entry(step.Identity, AuditGate.Of(step.Admission), plan, outcome, failure, code);
    }

    private AuditEntry Entry(StepIdentity step, AuditGate gate, AuditPlan plan, AuditOutcome outcome, string? failure, string? code) => new(
        AuditEntry.CurrentVersion,
        _time,
        AuditUser.OfProcess,
        nameof(AuditOrigin.Build),
        step.Project,
        step.File.Length > 0 ? step.File : null,
        step.Target,
        step.HidesCommand ? null : step.Command,
        gate,
        plan,
        Overlay: null,
        outcome.ToString(),
        failure,
        code,
        ExitCode: null,
        Changes: null,
        Violations: null,
        Usage: null,
        Limits: null,
        _watch.ElapsedMilliseconds);

    private void Write(AuditEntry entry, StepIdentity step) => audit.Write(entry, step.Roots);
}
