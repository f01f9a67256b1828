using System.CommandLine;
using SandboxedBuild.Auditing;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Tool.Logs;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>log</c>: what was run, by whom, and what became of it.</summary>
internal static class LogCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var command = new Command("log", "Lists the steps of builds and the commands of run that were written to the audit log, the oldest first: when, where, what, by which rule, and what became of it.");
        var options = new LogOptions();
        options.AddTo(command);
        command.SetAction(act(session => Run(session, options.Read(session))));
        return command;
    }

    private static int Run(Session session, LogFilter filter)
    {
        var root = session.Host.Directory is { } directory ? session.Variable("SandboxRoot") is { } named ? session.Host.Absolute(named) : RootDiscovery.DefaultFor(directory, solutionDirectory: null) : null;
        var entries = filter.Of(Audit.Read(root, session.StateDirectory, session.Host.Environment, session.Host.Notes.Diagnostic));
        if (session.IsJson)
        {
            session.Write(new LogDocument(entries), DocumentJson.Default.LogDocument);
            return ExitCodes.Done;
        }

        if (entries.Count == 0)
        {
            session.Host.Notes.Line("Nothing of that kind was logged.", Ink.Faint);
        }

        var printer = session.Host.Printer;
        foreach (var entry in entries)
        {
            LogLines.Print(printer, entry);
        }

        return ExitCodes.Done;
    }
}
