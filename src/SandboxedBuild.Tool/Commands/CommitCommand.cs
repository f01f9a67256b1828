using System.CommandLine;
using SandboxedBuild.Auditing;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Policies;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>commit</c>: applies what is held to the live tree.</summary>
internal static class CommitCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var id = Arguments.Id();
        var selection = new SelectionOptions();
        var dryRun = new Option<bool>("--dry-run") { Description = "Checks, and shows what would be committed; the overlay stays" };
        var command = new Command("commit", "Applies what an overlay's steps changed to the live tree: all of it, or nothing. The overlay is gone afterwards.") { id };
        selection.AddTo(command);
        command.Options.Add(dryRun);
        var log = new AuditLogOption();
        log.AddTo(command);
        command.SetAction(act(session => Run(session, log.IsWanted(session), session.Parse.GetRequiredValue(id), selection.Request(session, session.Parse.GetValue(dryRun)))));
        return command;
    }

    private static int Run(Session session, bool isLogged, string id, CommitRequest request)
    {
        using var opened = OpenedOverlay.ToDecide(session, id);
        using var signals = Interruption.Deferred();
        var changes = opened.Collect();
        var protection = session.Protection(opened.Summary.Roots, opened.Overlay.Directory);
        var marks = ProtectedMarks.Of(changes, protection);
        request = request.Protection == ProtectedPaths.None ? request : request with { Protection = protection };
        var audit = new DecisionAudit(session, isLogged && !request.DryRun, AuditOrigin.Commit, opened.Summary);
        var result = audit.Watch(AuditOutcome.Held, () => Busy.While(session.Host, "Committing", opened.Overlay, () => Commit.Run(opened.Overlay, changes, request)));
        audit.Committed(result.Committed, changes);
        if (!request.DryRun)
        {
            Busy.While(session.Host, "Removing", opened.Overlay, opened.Overlay.RollBack);
        }

        result.Warnings.ToList().ForEach(session.Host.Notes.Diagnostic);
        var outcome = request.DryRun ? "checked" : result.Committed.IsEmpty && changes.IsEmpty ? "unchanged" : "committed";
        if (session.IsJson)
        {
            session.Write(
                new ResultDocument(outcome, opened.Summary.Id, [.. opened.Summary.Roots.Select(static root => root.Path)], [.. result.Committed.Select(change => change.ToDocument(marks))], [.. result.Warnings.Select(static warning => warning.ToDocument())]),
                DocumentJson.Default.ResultDocument);
            return ExitCodes.Done;
        }

        Tell(session.Host.Printer, opened, changes, marks, result, request.DryRun);
        session.Host.Printer.UndoLine(session.Store, opened.Summary.Id);
        return ExitCodes.Done;
    }

    private static void Tell(Printer printer, OpenedOverlay opened, ChangeSet changes, ProtectedMarks marks, CommitResult result, bool dryRun)
    {
        printer.Changes(result.Committed, opened.Summary.Roots, marks);
        var left = changes.Reported.Count() - result.Committed.Length;
        printer.Line(
            ($"{ChangeWords.Counts(result.Committed)} ({(dryRun ? "not committed: --dry-run" : "committed")})", Ink.Plain),
            (left > 0 ? $"; {left} left out{(dryRun ? string.Empty : " and thrown away")}" : string.Empty, Ink.Plain));
    }
}
