using System.CommandLine;
using SandboxedBuild.Auditing;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>run</c>: a command in a sandbox, and then a decision.</summary>
internal static class RunCommand
{
    private const string Explanation = """
        Runs a program in a sandbox over the live tree. The tree does not change until the command is over and its changes are committed.
        On a terminal, without --commit, --hold or --discard, it shows the changes and asks; without a terminal it holds them and prints
        the id. Exits with the command's own code; 124: the command succeeded, but its changes could not be committed and are held;
        125: the sandbox failed and the command did not run, or a limit ended it; 2: the command line is wrong.

        What the command prints goes where it would go without the sandbox; what run itself has to say goes to standard error. With
        --format json the document alone is on standard output, as with every other command, and what the command prints is all on standard
        error; with --output FILE the document goes there, and the command keeps its standard output.
        """;

    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var command = new Command("run", Explanation.ReplaceLineEndings(" ").Replace("  ", "\n\n", StringComparison.Ordinal));
        var options = new RunOptions();
        var ending = new EndingOptions();
        options.AddTo(command);
        ending.AddTo(command);
        command.SetAction(act(session => Run(session, options.Request(session), ending.Read(session))));
        return command;
    }

    /// <summary>There is nothing to commit or to throw away: it is all there already.</summary>
    private static int Plainly(Session session, RunRequest request, Ending ending, SandboxRun run, RunAudit audit, Interruption interruption)
    {
        if (ending.Decision is Decision.Hold or Decision.Discard)
        {
            throw new SandboxException(IsolationDiagnostics.NeedsSandbox("what the command changes was to be held or thrown away", run.Warning!));
        }

        var exitCode = SandboxRun.RunPlainly(request.Command, session.Host, session.IsJson && ending.Output is null, interruption.Token);
        audit.Concluded(AuditOutcome.NotCaught, changes: null, exitCode, code: null);
        if (session.IsJson)
        {
            var document = new ResultDocument("notCaught", null, [.. run.Overlay.Roots.Select(static root => root.Path)], [], [run.Warning!.ToDocument()]) { Command = request.Command, ExitCode = exitCode };
            using var file = ending.Output is null ? null : new FileStream(ending.Output, FileMode.Create, FileAccess.Write);
            Session.Write(file ?? session.Host.Out, document, DocumentJson.Default.ResultDocument);
        }

        return exitCode;
    }

    /// <summary>Refuses what the strategy cannot do, before the command runs: where nothing can be taken back, nobody can be asked.</summary>
    private static void RequireWayBack(Session session, RunRequest request, Ending ending)
    {
        if (request.Strategy is not { HasWayBack: false } || ending.Print)
        {
            return;
        }

        if (ending.Decision != Decision.Commit || !ending.Commit.Selection.IsAll)
        {
            throw new SandboxException(InPlaceDiagnostics.CannotGoBack(ending.Decision switch
            {
                Decision.Commit => "leave out some of the changes (--include, --exclude)",
                Decision.Hold => "hold changes (--hold)",
                Decision.Discard => "throw changes away (--discard)",
                _ => "ask, or wait, for a decision; if all is to stay, say so: --commit",
            }));
        }

        session.Host.Notes.Diagnostic(InPlaceDiagnostics.NoneAskedFor());
    }

    private static int Run(Session session, RunRequest request, Ending ending)
    {
        using var interruption = Interruption.Watched();
        var audit = new RunAudit(session, request);
        try
        {
            RequireWayBack(session, request, ending);
            Busy.While(session.Host, "Recovering", progress => (session.Store with { Progress = progress }).Sweep(session.Host.Directory is { } directory ? [directory] : [])).ToList().ForEach(session.Host.Notes.Diagnostic);
            using var run = Busy.While(session.Host, "Making the sandbox", progress => SandboxRun.Enter(request with { Store = request.Store with { Progress = progress } }, session.Host, interruption.Token));
            new[] { run.Warning }.OfType<Diagnostic>().ToList().ForEach(session.Host.Notes.Diagnostic);
            if (ending.Print)
            {
                return PlanOutput.Write(session, request.Command, run);
            }

            audit.Entered(run);
            return !run.IsSandboxed ? Plainly(session, request, ending, run, audit, interruption) : new Conclusion(session, request, ending, run, audit, interruption).Reach();
        }
        catch (OperationCanceledException)
        {
            audit.Ended();
            return ExitCodes.Signal + interruption.Number;
        }
        catch (SandboxException e)
        {
            audit.Failed(e.Diagnostic);
            return Cli.Fail(session, e.Diagnostic, e.Diagnostic.Code[3] == '2' ? ExitCodes.Usage : ExitCodes.SandboxFailed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            audit.Failed(diagnostic: null);
            return Cli.Fail(session, ExecutionDiagnostics.HostFailed(e.Message), ExitCodes.SandboxFailed);
        }
    }
}
