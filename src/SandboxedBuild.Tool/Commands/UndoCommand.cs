using System.Collections.Immutable;
using System.CommandLine;
using SandboxedBuild.Auditing;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>undo</c>: takes a commit back.</summary>
internal static class UndoCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var id = new Argument<string?>("ID") { Description = "The overlay whose commit is undone, or the beginning of its id; default: the last commit to the tree that the current directory is in", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("undo", "Takes a commit back: the live tree is as before it. Refuses if what it changed has been changed since.") { id };
        var log = new AuditLogOption();
        log.AddTo(command);
        command.SetAction(act(session => Run(session, log.IsWanted(session), session.Parse.GetValue(id))));
        return command;
    }

    private static int Run(Session session, bool isLogged, string? id)
    {
        var backup = id is null ? Last(session) : session.Store.Find(id);
        if (backup.State != OverlayState.Committed)
        {
            throw new SandboxException(backup.State switch
            {
                OverlayState.CutOff => ToolDiagnostics.CommitCutOff(backup.Id),
                OverlayState.InUse => InputDiagnostics.OverlayInUse(backup.Id),
                _ => ToolDiagnostics.NotCommitted(backup.Id),
            });
        }

        using var signals = Interruption.Deferred();
        var audit = new DecisionAudit(session, isLogged, AuditOrigin.Undo, backup);
        var restored = audit.Watch(AuditOutcome.Committed, () => Busy.While(session.Host, "Undoing", progress => Undo(session.Store with { Progress = progress }, backup.Id)));
        audit.Write(AuditOutcome.Undone);
        if (session.IsJson)
        {
            session.Write(new UndoDocument(backup.Id, restored), DocumentJson.Default.UndoDocument);
            return ExitCodes.Done;
        }

        foreach (var path in restored)
        {
            session.Host.Printer.Line($"  {path}");
        }

        session.Host.Printer.Line($"{restored.Length} as before {backup.Id} was committed");
        return ExitCodes.Done;
    }

    private static ImmutableArray<string> Undo(OverlayStore store, string id)
    {
        using var overlay = store.OpenBackup(id);
        try
        {
            return Commits.Undo.Run(overlay);
        }
        finally
        {
            // A backup again, if it was not undone.
            overlay.Discard();
        }
    }

    /// <summary>Nobody who stands in one tree means a commit to another.</summary>
    private static OverlaySummary Last(Session session)
    {
        var here = session.Host.CurrentDirectory;
        var tree = RootDiscovery.DefaultFor(here, solutionDirectory: null);
        var backup = session.Store.Undoable().FirstOrDefault(backup => backup.Roots.Any(root => RealPath.IsAtOrBelow(here, root) || RealPath.IsAtOrBelow(root, tree)));
        return backup is null ? throw new SandboxException(ToolDiagnostics.NothingToUndo(tree)) : session.Store.Find(backup.Id);
    }
}
