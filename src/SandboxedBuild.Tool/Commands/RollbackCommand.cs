using System.CommandLine;
using SandboxedBuild.Auditing;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>rollback</c>: throws away what is held.</summary>
internal static class RollbackCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var id = Arguments.Id();
        var command = new Command("rollback", "Throws away what an overlay's steps changed. The live tree is not touched.") { id };
        var log = new AuditLogOption();
        log.AddTo(command);
        command.SetAction(act(session => Run(session, log.IsWanted(session), session.Parse.GetRequiredValue(id))));
        return command;
    }

    private static int Run(Session session, bool isLogged, string id)
    {
        using var opened = OpenedOverlay.ToDecide(session, id);
        using var signals = Interruption.Deferred();
        var audit = new DecisionAudit(session, isLogged, AuditOrigin.Rollback, opened.Summary);
        var report = audit.Watch(AuditOutcome.Held, () => Busy.While(session.Host, "Removing", opened.Overlay, opened.Overlay.RollBack));
        audit.Write(AuditOutcome.RolledBack);
        new[] { report }.OfType<SandboxedBuild.Diagnostics.Diagnostic>().ToList().ForEach(session.Host.Notes.Diagnostic);
        if (session.IsJson)
        {
            session.Write(new ResultDocument("rolledBack", opened.Summary.Id, [.. opened.Summary.Roots.Select(static root => root.Path)], [], []), DocumentJson.Default.ResultDocument);
        }
        else
        {
            session.Host.Printer.Line($"{opened.Summary.Id} rolled back");
        }

        return ExitCodes.Done;
    }
}
