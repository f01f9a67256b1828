using System.Diagnostics;
using SandboxedBuild.Auditing;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Limits;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tool.Commands;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tool.Running;

/// <summary>Writes a command of <c>run</c> to the audit log, however it ends.</summary>
internal sealed class RunAudit(Session session, RunRequest request)
{
    private readonly DateTimeOffset _time = DateTimeOffset.UtcNow;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private SandboxRun? _run;
    private bool _isWritten;
    private IReadOnlyCollection<Violation> _violations = [];

    /// <summary>Its sandbox is ready.</summary>
    public void Entered(SandboxRun run) => _run = run;

    /// <summary>This was refused to it.</summary>
    public void Refused(IReadOnlyCollection<Violation> violations) => _violations = violations;

    /// <summary>It is over, and its changes are decided on.</summary>
    /// <param name="outcome">What became of them.</param>
    /// <param name="changes">They; null where they cannot be told.</param>
    /// <param name="exitCode">The command's.</param>
    /// <param name="code">Why they could not be committed, if they were to be.</param>
    public void Concluded(AuditOutcome outcome, IReadOnlyCollection<Change>? changes, int exitCode, string? code) =>
        Write(outcome, exitCode != 0 ? _violations.Count > 0 ? "Refused" : "Command" : code is not null ? "Commit" : null, code, exitCode, changes);

    /// <summary>It was interrupted.</summary>
    public void Ended() => CutShort("Ended", code: null);

    /// <summary>The sandbox failed, or the command went beyond a limit.</summary>
    /// <param name="diagnostic">What is the matter, where that is known.</param>
    public void Failed(Diagnostic? diagnostic)
    {
        // A mistake on the command line is no step.
        if (_run is not null || diagnostic?.Code[3] != '2')
        {
            CutShort(_run?.Excess is null ? "Sandbox" : "Limit", diagnostic?.Code);
        }
    }

    private void CutShort(string failure, string? code) => Write(_run is null ? AuditOutcome.NotRun : AuditOutcome.RolledBack, failure, code, exitCode: null, changes: null);

    private void Write(AuditOutcome outcome, string? failure, string? code, int? exitCode, IReadOnlyCollection<Change>? changes)
    {
        if (!request.IsLogged || _isWritten)
        {
            return;
        }

        _isWritten = true;
        var isCaught = outcome is not (AuditOutcome.NotCaught or AuditOutcome.NotRun);
        var access = new StepAccess(request.Network, request.Paths, request.PassEnvironment) { Layers = request.Layers };
        var plan = AuditPlan.Of(isCaught ? _run!.Isolation.ToString() : request.Isolation.ToString(), isCaught ? _run!.Overlay.Strategy.Name : null, outcome == AuditOutcome.NotCaught || (isCaught && _run!.Isolation == Isolation.None) ? "Host" : request.Network.ToString(), request.Roots, access, []);
        var entry = new AuditEntry(
            AuditEntry.CurrentVersion,
            _time,
            AuditUser.OfProcess,
            nameof(AuditOrigin.Run),
            session.Host.Directory ?? request.Roots[0],
            File: null,
            Target: null,
            ShellQuoting.Join(request.Command),
            Gate: null,
            plan,
            isCaught ? _run!.Overlay.Id : null,
            outcome.ToString(),
            failure,
            code,
            exitCode,
            changes is null ? null : AuditChanges.Of(changes),
            AuditViolations.Of(_violations),
            UsageData.Of(_run?.Usage),
            LimitsData.Of(request.Limits, _run?.Excess),
            _watch.ElapsedMilliseconds);
        if (Audit.Write(entry, request.Roots, session.StateDirectory, session.Host.Environment) is { } warning)
        {
            session.Host.Notes.Diagnostic(warning);
        }
    }
}
