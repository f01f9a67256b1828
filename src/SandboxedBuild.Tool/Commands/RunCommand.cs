using System.CommandLine;
using SandboxedBuild.Auditing;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Sandboxing;
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

    /// <summary>It cannot be told what the command changes, so there is nothing to conclude.</summary>
    private static int Untold(Session session, RunRequest request, Ending ending, Diagnostic warning, RunAudit audit, Interruption interruption)
    {
        var exitCode = PlainRun.Run(request.Command, overlay: null, session.Host, session.IsJson && ending.Output is null, interruption.Token);
        audit.Concluded(AuditOutcome.NotCaught, changes: null, exitCode, code: null);
        if (session.IsJson)
        {
            var document = new ResultDocument("notCaught", null, [.. request.Roots], [], [warning.ToDocument()]) { Command = request.Command, ExitCode = exitCode };
            using var file = ending.Output is null ? null : new FileStream(ending.Output, FileMode.Create, FileAccess.Write);
            Session.Write(file ?? session.Host.Out, document, DocumentJson.Default.ResultDocument);
        }

        return exitCode;
    }

    /// <summary>Refuses what nothing but a sandbox can do, before the command runs.</summary>
    private static void RequireNothingToCatch(Ending ending, Diagnostic warning)
    {
        if ((ending.Decision is Decision.Hold or Decision.Discard ? "what the command changes is to be held or thrown away"
            : !ending.Commit.Selection.IsAll ? "some of what the command changes is to be left out (--include, --exclude)"
            : null) is { } why)
        {
            throw new SandboxException(IsolationDiagnostics.NeedsSandbox(why, warning));
        }
    }

    /// <summary>Refuses what the strategy cannot do, before the command runs: where nothing can be taken back, nobody can be asked.</summary>
    private static void RequireWayBack(RunRequest request, Ending ending)
    {
        if (request.Strategy is not { HasWayBack: false } || request.Isolation == Isolation.None || ending.Print)
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
    }

    private static int Run(Session session, RunRequest request, Ending ending)
    {
        using var interruption = Interruption.Watched();
        var audit = new RunAudit(session, request);
        try
        {
            RequireWayBack(request, ending);
            Busy.While(session.Host, "Recovering", progress => (session.Store with { Progress = progress }).Sweep(session.Host.Directory is { } directory ? [directory] : [])).ToList().ForEach(session.Host.Notes.Diagnostic);
            var (run, warning) = Busy.While(session.Host, "Making the sandbox", progress => SandboxRun.Enter(request with { Store = request.Store with { Progress = progress } }, session.Host, interruption.Token));
            using var entered = run;
            var isPlain = run is not { IsSandboxed: true };
            new[] { warning, isPlain || ending.Print || request.Strategy is not { HasWayBack: false } ? null : InPlaceDiagnostics.NoneAskedFor() }.OfType<Diagnostic>().ToList().ForEach(session.Host.Notes.Diagnostic);
            if (ending.Print)
            {
                return run is null ? throw new SandboxException(IsolationDiagnostics.NeedsSandbox("--print shows what a sandbox is made of", warning!)) : PlanOutput.Write(session, request.Command, run);
            }

            if (isPlain)
            {
                RequireNothingToCatch(ending, warning!);
            }

            if (run is null)
            {
                return Untold(session, request, ending, warning!, audit, interruption);
            }

            audit.Entered(run);
            return new Conclusion(session, request, ending, run, audit, interruption).Reach();
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
