using SandboxedBuild.Auditing;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Tasks;

/// <summary>Writes to the audit log what a task decides of an overlay.</summary>
internal sealed class DecisionAudit
{
    private readonly BuildAudit _log;
    private readonly Overlay _overlay;
    private readonly AuditDecision _decision;

    /// <param name="log">The log.</param>
    /// <param name="origin">What is done.</param>
    /// <param name="overlay">To which overlay.</param>
    public DecisionAudit(BuildAudit log, AuditOrigin origin, Overlay overlay)
    {
        var step = StepProtection.StepOf(log.Engine, PackageFolders.Of(log.Settings.PackageFolders, log.Environment.ToCaller()));
        (_log, _overlay) = (log, overlay);
        _decision = new(origin, overlay.Id, log.Environment.ProjectDirectory) { Target = step.Target, File = step.File.Length > 0 ? step.File : null };
    }

    /// <summary>It is done, or refused.</summary>
    public void Write(AuditOutcome outcome, IReadOnlyCollection<Change>? changes = null, Diagnostic? refusal = null)
    {
        if (_log.Settings.AuditLog)
        {
            _log.Write(_decision.Entry(outcome, changes, refusal), [.. _overlay.Roots.Select(static root => root.Path)]);
        }
    }

    /// <summary>Does it; what it is refused for is a line, too. What is not held then goes when the build ends.</summary>
    public T Watch<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (SandboxException e) when (e is not ProtectedException)
        {
            Write(_overlay.IsHeld ? AuditOutcome.Held : AuditOutcome.RolledBack, refusal: e.Diagnostic);
            throw;
        }
    }
}
