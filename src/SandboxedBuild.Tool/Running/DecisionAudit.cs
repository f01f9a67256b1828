using SandboxedBuild.Auditing;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Tool.Commands;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Running;

/// <summary>Writes to the audit log what a person decides of an overlay, or that a commit is taken back.</summary>
/// <param name="session">Who decides.</param>
/// <param name="isLogged">Whether it is written.</param>
/// <param name="origin">What is done.</param>
/// <param name="overlay">To which overlay.</param>
internal sealed class DecisionAudit(Session session, bool isLogged, AuditOrigin origin, OverlaySummary overlay)
{
    private readonly AuditDecision _decision = new(origin, overlay.Id, session.Host.Directory ?? overlay.Roots[0].Path);

    /// <summary>It is done, or refused.</summary>
    public void Write(AuditOutcome outcome, IReadOnlyCollection<Change>? changes = null, Diagnostic? refusal = null)
    {
        if (isLogged && Audit.Write(_decision.Entry(outcome, changes, refusal), [.. overlay.Roots.Select(static root => root.Path)], session.StateDirectory, session.Host.Environment) is { } warning)
        {
            session.Host.Notes.Diagnostic(warning);
        }
    }

    /// <summary>What was committed of the changes; the rest was thrown away.</summary>
    public void Committed(IReadOnlyCollection<Change> committed, ChangeSet changes) =>
        Write(committed.Count > 0 ? AuditOutcome.Committed : changes.IsEmpty ? AuditOutcome.Unchanged : AuditOutcome.RolledBack, committed);

    /// <summary>Does it; that it is refused is a line, too.</summary>
    /// <param name="otherwise">What remains then.</param>
    /// <param name="act">What is done.</param>
    public T Watch<T>(AuditOutcome otherwise, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (SandboxException e)
        {
            Write(otherwise, refusal: e.Diagnostic);
            throw;
        }
    }
}
