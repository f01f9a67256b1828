using System.CommandLine;
using SandboxedBuild.Auditing;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Diffs;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;
using SandboxedBuild.Tool.Diffs;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>review</c>: a person walks through what is held, and commits what he accepts.</summary>
internal static class ReviewCommand
{
    private const string Explanation = """
        Walks through the changes of a held overlay, or of all that are held, on a terminal: all of them, none, or file by file with its diff. What
        was accepted is committed, the rest is thrown away; until the last answer everything stays held.
        """;

    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var id = Arguments.Id();
        id.Arity = ArgumentArity.ZeroOrOne;
        var selection = new SelectionOptions();
        var command = new Command("review", Explanation.ReplaceLineEndings(" ")) { id };
        selection.AddTo(command);
        var log = new AuditLogOption();
        log.AddTo(command);
        command.SetAction(act(session => Run(session, log.IsWanted(session), session.Parse.GetValue(id), selection.Request(session))));
        return command;
    }

    private static int Run(Session session, bool isLogged, string? id, CommitRequest request)
    {
        if (!session.Host.CanAsk)
        {
            throw new SandboxException(ToolDiagnostics.NobodyToAsk());
        }

        string[] ids = id is not null ? [id] : [.. session.Store.List().Where(static overlay => overlay.State == OverlayState.Held).Select(static overlay => overlay.Id)];
        if (ids.Length == 0)
        {
            session.Host.Printer.Line("Nothing is held.", Ink.Faint);
        }

        using var interruption = Interruption.Watched();
        try
        {
            // One that is left as it is leaves no reason to stop at the next.
            return ids.Select(each => One(session, isLogged, each, request, interruption.Token)).ToList().Max(ExitCodes.Done);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Signal + interruption.Number;
        }
    }

    private static int One(Session session, bool isLogged, string id, CommitRequest request, CancellationToken cancellation)
    {
        using var opened = OpenedOverlay.ToDecide(session, id);
        var changes = opened.Collect();
        var marks = request.Protection == ProtectedPaths.None ? ProtectedMarks.None : ProtectedMarks.Of(changes, session.Protection(opened.Summary.Roots, opened.Overlay.Directory));
        var needGrant = marks.NeedGrant(changes.Entries, request);
        var told = changes.Told();
        var notes = session.Host.Notes;
        notes.Head(opened.Summary);
        notes.Line();
        notes.Changes(told, opened.Summary.Roots, marks);
        notes.Line(ChangeWords.Counts(told));

        // Who has written the whole word has granted what is protected, and nothing else of it is committed.
        var agreed = request with { Protection = ProtectedPaths.None };
        while (true)
        {
            switch (Prompt.Ask(session.Host, needGrant == 0 ? "Commit?" : $"Commit, {needGrant} protected among them?", [needGrant == 0 ? "[a]ll" : "all (the whole word)", "[n]one", "[f]ile by file", "[s]how diff", "[l]eave it held"], cancellation))
            {
                case 'a':
                    return Commit(session, isLogged, opened, changes, agreed);
                case 'n':
                    var rollback = new DecisionAudit(session, isLogged, AuditOrigin.Rollback, opened.Summary);
                    rollback.Watch(AuditOutcome.Held, () => Busy.While(session.Host, "Removing", opened.Overlay, opened.Overlay.RollBack));
                    rollback.Write(AuditOutcome.RolledBack);
                    notes.Line($"{ChangeWords.Counts(told)} (thrown away)");
                    return ExitCodes.Done;
                case 'f' when ByFile(session, opened, changes, marks, cancellation) is { } selection:
                    return Commit(session, isLogged, opened, changes, agreed with { Selection = selection });
                case 'f':
                    break;
                case 's':
                    DiffOutput.WriteTo(notes, DiffReader.Read(changes, static _ => true), opened.Summary.Roots);
                    break;
                default:
                    notes.Line($"It stays held as {opened.Summary.Id}.");
                    return ExitCodes.No;
            }
        }
    }

    /// <summary>What was accepted; null when nothing is to be decided yet.</summary>
    private static Selection? ByFile(Session session, OpenedOverlay opened, ChangeSet changes, ProtectedMarks marks, CancellationToken cancellation)
    {
        var acceptance = new Acceptance(changes);
        var all = false;
        foreach (var (index, change) in acceptance.Asked.Index())
        {
            // Who accepts the rest without a look does not mean what runs outside the sandbox.
            var why = marks.WhyWith(change, changes);
            if (!all || why is not null)
            {
                session.Host.Notes.Line();
                DiffOutput.WriteTo(session.Host.Notes, DiffReader.Read(changes, other => other.Root == change.Root && other.Path == change.Path), opened.Summary.Roots);
                switch (Prompt.Ask(session.Host, $"({index + 1} of {acceptance.Asked.Length}) {ChangeWords.Kind(change)} {ChangeWords.Path(change)}{(why is null ? string.Empty : $" (protected: {why})")}: accept?", why is null ? ["[y]es", "[n]o", "[r]est too", "[b]ack"] : ["yes (the whole word)", "[n]o", "[b]ack"], cancellation))
                {
                    case 'y':
                        break;
                    case 'n':
                        continue;
                    case 'r':
                        all = true;
                        break;
                    default:
                        return null;
                }
            }

            acceptance.Accept(change);
        }

        var left = acceptance.Asked.Length - acceptance.Count;
        var question = acceptance.Count == 0 ? $"Throw all {left} away?" : left == 0 ? $"Commit all {acceptance.Count}?" : $"Commit {acceptance.Count} and throw {left} away?";
        return Prompt.Ask(session.Host, question, ["[y]es", "[b]ack"], cancellation) == 'y' ? acceptance.Selection() : null;
    }

    private static int Commit(Session session, bool isLogged, OpenedOverlay opened, ChangeSet changes, CommitRequest request)
    {
        using var signals = Interruption.Deferred();
        var audit = new DecisionAudit(session, isLogged, AuditOrigin.Commit, opened.Summary);
        var result = audit.Watch(AuditOutcome.Held, () => Busy.While(session.Host, "Committing", opened.Overlay, () => SandboxedBuild.Commits.Commit.Run(opened.Overlay, changes, request)));
        audit.Committed(result.Committed, changes);
        Busy.While(session.Host, "Removing", opened.Overlay, opened.Overlay.RollBack);
        var notes = session.Host.Notes;
        result.Warnings.ToList().ForEach(notes.Diagnostic);
        var left = changes.Reported.Count() - result.Committed.Length;
        notes.Line($"{ChangeWords.Counts(result.Committed)} (committed){(left > 0 ? $"; {left} left out and thrown away" : string.Empty)}");
        notes.UndoLine(session.Store, opened.Summary.Id);
        return ExitCodes.Done;
    }

    private static int Max(this List<int> codes, int least) => codes.Append(least).Max();
}
