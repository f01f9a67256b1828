using System.CommandLine;
using System.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Policies;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>build</c>: <c>dotnet build</c>, and a person who answers for the steps that no rule allows.</summary>
internal static class BuildCommand
{
    private const string Explanation = """
        Runs dotnet build with all that stands behind it, and asks about each step that no rule of sandbox.json allows: once lets it run this time, always remembers the
        answer for exactly this step (dotnet sandbox allow --forget takes it back), no fails the build. Without a terminal the answer is no. Exits with
        the code of dotnet build.
        """;

    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        // What follows is MSBuild's: which of it are options, only it knows.
        var command = new Command("build", Explanation.ReplaceLineEndings(" ")) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(act(static session => Run(session, session.Parse.UnmatchedTokens)));
        return command;
    }

    private static int Run(Session session, IReadOnlyList<string> arguments)
    {
        using var interruption = Interruption.Watched();
        using var listener = GateListener.Open((question, over) => Answer(session.Host, question, interruption, over));
        var start = new ProcessStartInfo(session.Host.Environment.Find("dotnet", []) ?? "dotnet", ["build", .. arguments])
        {
            UseShellExecute = false,

            // The keyboard is for the answers. MSBuild asks nothing when its input is no terminal.
            RedirectStandardInput = true,
            WorkingDirectory = session.Host.CurrentDirectory,
        };
        if (!arguments.Any(IsAboutTheLogger))
        {
            // The terminal logger writes over what is asked.
            start.ArgumentList.Add("--tl:off");
        }

        start.Environment[GateSocket.Variable] = listener.Path;
        if (session.StateDirectory is { } state)
        {
            start.Environment["SandboxStateDirectory"] = state;
        }

        using var build = Start(start);
        build.StandardInput.Close();
        using (interruption.Token.Register(() => HandOn(interruption.Number, build, session.Host)))
        {
            build.WaitForExit();
        }

        return build.ExitCode;
    }

    /// <summary>What is typed at a terminal (Ctrl-C) reaches the build without us, and twice would cut it short.</summary>
    private static void HandOn(int signal, Process build, ToolHost host)
    {
        if (!host.CanAsk || signal is not (Interruption.Interrupt or Interruption.Quit))
        {
            Signals.Send(build.Id, signal);
        }
    }

    private static GateAnswer Answer(ToolHost host, GateQuestion question, Interruption interruption, CancellationToken over)
    {
        if (!host.CanAsk)
        {
            return GateAnswer.No;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, interruption.Token);
        var answer = GatePrompt.Ask(host, question, either.Token);
        if (answer == GateAnswer.Always)
        {
            Remember(host, question);
        }

        return answer;
    }

    private static void Remember(ToolHost host, GateQuestion question)
    {
        try
        {
            if (Approvals.Of(host.Environment) is { } approvals)
            {
                approvals.Remember(question, DateTimeOffset.UtcNow);
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            host.Notes.Line($"The answer could not be remembered: {e.Message}", Ink.Yellow);
            return;
        }

        host.Notes.Line("The answer could not be remembered: there is no HOME.", Ink.Yellow);
    }

    private static bool IsAboutTheLogger(string argument) =>
        argument.TrimStart('-', '/').Split(':')[0].ToLowerInvariant() is "tl" or "terminallogger" && argument[..1] is "-" or "/";

    /// <summary>Starts the build, without what this process itself was started with.</summary>
    private static Process Start(ProcessStartInfo start)
    {
        using var kept = InheritedDescriptors.KeepBack();
        return Process.Start(start)!;
    }
}
