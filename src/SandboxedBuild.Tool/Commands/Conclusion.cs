using System.Collections.Immutable;
using SandboxedBuild.Auditing;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Diffs;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tool.Diffs;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;
using SandboxedBuild.Tracing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Runs a command that has its sandbox, and does with its changes what was decided.</summary>
internal sealed class Conclusion(Session session, RunRequest request, Ending ending, SandboxRun run, RunAudit audit, Interruption interruption)
{
    /// <summary>More lines would push what the command said out of sight.</summary>
    private const int MostTold = 40;

    private readonly List<Diagnostic> _diagnostics = [.. new[] { run.Warning }.OfType<Diagnostic>()];
    private ProtectedMarks _marks = ProtectedMarks.None;
    private int _layerWrites;
    private ImmutableArray<Violation> _violations = [];

    private Printer Notes => session.Host.Notes;

    /// <summary>The exit code.</summary>
    public int Reach()
    {
        var tracing = RunTracing.Of(request, run, session.Host);
        var exitCode = Run(tracing.Running);
        var changes = Busy.While(session.Host, "Collecting the changes", run.Overlay, run.Collect);
        var told = changes.Told();
        _layerWrites = LayerWrites.Count(run.Overlay);
        if (LayerWrites.Describe(_layerWrites) is { } writes)
        {
            Notes.Line(writes, Ink.Faint);
        }

        TellRefused(tracing, exitCode);
        if (changes.IsEmpty)
        {
            Notes.Line("Nothing changed.", Ink.Faint);
            Warn(run.Overlay.Lost());
            return Write("unchanged", [], exitCode, exitCode);
        }

        var protection = session.Protection(run.Overlay.Roots, run.Overlay.Directory);
        var how = ending.Commit.Protection == ProtectedPaths.None ? ending.Commit : ending.Commit with { Protection = protection };
        _marks = ProtectedMarks.Of(changes, protection);
        if (!run.Overlay.Strategy.HasWayBack)
        {
            return Keep(changes, how, told, exitCode);
        }

        var wanted = ending.Decision == Decision.Commit && exitCode != 0 ? ending.OnFailure : ending.Decision;
        var needGrant = _marks.NeedGrant(told, how);
        var asks = session.Host.CanAsk && (wanted is null || (wanted == Decision.Commit && needGrant > 0));
        var decision = asks ? Ask(changes, told, needGrant) : wanted ?? Decision.Hold;
        interruption.Token.ThrowIfCancellationRequested();
        return decision switch
        {
            Decision.Commit => Commit(changes, asks ? how with { Protection = ProtectedPaths.None } : how, exitCode, isToldAlready: asks),
            Decision.Hold => Hold(told, exitCode, isToldAlready: asks, exitCode),
            _ => Discard(told, exitCode, isToldAlready: asks),
        };
    }

    private int Run(Tracer? tracer)
    {
        try
        {
            return run.Run(session.Host, outputToError: session.IsJson && ending.Output is null, tracer, interruption.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SandboxException)
        {
            // Where it wrote in place, something of it may stay.
            Warn(run.Overlay.RollBack());
            throw;
        }
    }

    /// <summary>How the command has ended, and what was refused to it, as far as that is known.</summary>
    private void TellRefused(RunTracing tracing, int exitCode)
    {
        if (exitCode != 0)
        {
            Notes.Line($"The command exited with code {exitCode}.", Ink.Yellow);
        }

        _violations = tracing.Judge(run, exitCode, session.Host, interruption.Token);
        audit.Refused(_violations);
        ViolationDiagnostics.All(Refused.Command, _violations, failed: exitCode != 0).ToList().ForEach(Notes.Diagnostic);
        if (exitCode != 0)
        {
            (run.IsSandboxed ? Visibility.Unseen(run.Plan, request.Command, session.Host) : []).Where(path => _violations.All(violation => violation.Subject != path)).ToList()
                .ForEach(path => Notes.Line($"The sandbox does not show {path}. To let the command read it: --read-only {ShellQuoting.Quote(path)}"));
        }
    }

    private Decision Ask(ChangeSet changes, List<Change> told, int needGrant)
    {
        Notes.Changes(told, run.Overlay.Roots, _marks, MostTold);
        Notes.Line(ChangeWords.Counts(told));
        return Question.Ask(session.Host, needGrant, () => DiffOutput.WriteTo(Notes, DiffReader.Read(changes, static _ => true), run.Overlay.Roots), interruption)
            ?? throw new OperationCanceledException();
    }

    private int Commit(ChangeSet changes, CommitRequest how, int exitCode, bool isToldAlready)
    {
        CommitResult result;
        try
        {
            result = Busy.While(session.Host, "Committing", run.Overlay, () => SandboxedBuild.Commits.Commit.Run(run.Overlay, changes, how));
        }
        catch (SandboxException e)
        {
            // The work of the command is not lost for that.
            _diagnostics.Add(e.Diagnostic);
            Notes.Failure(e.Diagnostic, run.Overlay.Id);
            return Hold(changes.Told(), exitCode, isToldAlready: true, ExitCodes.NotCommitted);
        }

        result.Warnings.ToList().ForEach(Say);
        Tell(result.Committed, isToldAlready);
        var left = changes.Reported.Count() - result.Committed.Length;
        Notes.Line($"{ChangeWords.Counts(result.Committed)} (committed){(left > 0 ? $"; {left} left out and thrown away" : string.Empty)}");
        Busy.While(session.Host, "Removing", run.Overlay, run.Overlay.RollBack);
        Notes.UndoLine(session.Store, run.Overlay.Id);
        return Write("committed", result.Committed, exitCode, exitCode);
    }

    /// <summary>What the command has changed is live, whatever became of it; there is nothing to decide.</summary>
    private int Keep(ChangeSet changes, CommitRequest how, List<Change> told, int exitCode)
    {
        Diagnostic? grave = null;
        var stays = exitCode == 0 || told.Count == 0 ? null : InPlaceDiagnostics.Stays(told);
        try
        {
            Diagnostic?[] all = [stays, .. SandboxedBuild.Commits.Commit.Run(run.Overlay, changes, how).Warnings];
            all.OfType<Diagnostic>().ToList().ForEach(Say);
        }
        catch (SandboxException e)
        {
            grave = e.Diagnostic;
            Say(grave);
        }

        Tell(told, isToldAlready: false);
        Notes.Line($"{ChangeWords.Counts(told)} (live already)");
        run.Overlay.Discard();
        return Write("committed", told, exitCode, grave is null || exitCode != 0 ? exitCode : ExitCodes.NotCommitted);
    }

    private int Hold(List<Change> told, int exitCode, bool isToldAlready, int result)
    {
        session.Note(run.Overlay.Roots).Hold(run.Overlay);
        Tell(told, isToldAlready);
        var id = run.Overlay.Id;
        Notes.Line(($"{ChangeWords.Counts(told)} (held as ", Ink.Plain), (id, Ink.Yellow), (")", Ink.Plain));
        Notes.Line($"  dotnet sandbox diff {id}");
        Notes.Line($"  dotnet sandbox commit {id}");
        Notes.Line($"  dotnet sandbox rollback {id}");
        return Write("held", told, exitCode, result);
    }

    private int Discard(List<Change> told, int exitCode, bool isToldAlready)
    {
        Warn(Busy.While(session.Host, "Removing", run.Overlay, run.Overlay.RollBack));
        Tell(told, isToldAlready);
        Notes.Line($"{ChangeWords.Counts(told)} (thrown away)");
        return Write("rolledBack", told, exitCode, exitCode);
    }

    private void Warn(Diagnostic? diagnostic)
    {
        if (diagnostic is not null)
        {
            Notes.Diagnostic(diagnostic);
        }
    }

    private void Say(Diagnostic diagnostic)
    {
        _diagnostics.Add(diagnostic);
        Notes.Diagnostic(diagnostic);
    }

    private void Tell(IReadOnlyCollection<Change> told, bool isToldAlready)
    {
        if (!isToldAlready)
        {
            Notes.Changes(told, run.Overlay.Roots, _marks, MostTold);
        }
    }

    private int Write(string outcome, IReadOnlyCollection<Change> changes, int exitCode, int result)
    {
        audit.Concluded(Enum.Parse<AuditOutcome>(outcome, ignoreCase: true), changes, exitCode, result == ExitCodes.NotCommitted ? _diagnostics[^1].Code : null);
        if (!session.IsJson)
        {
            return result;
        }

        var document = new ResultDocument(outcome, outcome is "held" or "committed" ? run.Overlay.Id : null, [.. run.Overlay.Roots.Select(static root => root.Path)], [.. changes.Select(change => change.ToDocument(_marks))], [.. _diagnostics.Select(static diagnostic => diagnostic.ToDocument())])
        {
            Command = request.Command,
            ExitCode = exitCode,
            Violations = _violations.IsEmpty ? null : [.. _violations.Select(DocumentParts.ToDocument)],
            LayerWrites = _layerWrites > 0 ? _layerWrites : null,
        };
        if (ending.Output is null)
        {
            session.Write(document, DocumentJson.Default.ResultDocument);
            return result;
        }

        using var file = new FileStream(ending.Output, FileMode.Create, FileAccess.Write);
        Session.Write(file, document, DocumentJson.Default.ResultDocument);
        return result;
    }
}
