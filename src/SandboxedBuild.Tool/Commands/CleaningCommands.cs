using System.CommandLine;
using SandboxedBuild.Overlays;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>recover</c> and <c>gc</c>: puts right, and away, what earlier processes left.</summary>
internal static class CleaningCommands
{
    public static Command Recover(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var command = new Command("recover", "Finishes commits that were cut off, or takes them back, and removes what killed processes left. The next run or step does the same by itself.");
        command.SetAction(act(static session => Run(session, "Nothing to recover.", static _ => [])));
        return command;
    }

    public static Command Collect(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var command = new Command("gc", "Does what recover does, and removes the backups of commits that are too old or too many to be kept. What is held stays.");
        command.SetAction(act(static session => Run(session, "Nothing to remove.", static session => session.Store.Collect())));
        return command;
    }

    private static int Run(Session session, string nothing, Func<Session, IEnumerable<string>> collect)
    {
        using var signals = Interruption.Deferred();
        var before = Ids(session);
        var reports = Busy.While(session.Host, "Recovering", progress => (session.Store with { Progress = progress }).Sweep(session.Host.Directory is { } directory ? [directory] : []));
        _ = Busy.While(session.Host, "Removing", () => collect(session).ToList());
        var removed = before.Except(Ids(session), StringComparer.Ordinal).ToList();
        reports.ToList().ForEach(session.Host.Notes.Diagnostic);
        if (session.IsJson)
        {
            session.Write(new CleaningDocument(removed, [.. reports.Select(static report => report.ToDocument())]), DocumentJson.Default.CleaningDocument);
        }
        else
        {
            removed.ForEach(id => session.Host.Printer.Line($"{id} removed"));
            if (removed.Count == 0 && reports.IsEmpty)
            {
                session.Host.Notes.Line(nothing, Ink.Faint);
            }
        }

        return reports.All(static report => report.IsWarning) ? ExitCodes.Done : ExitCodes.No;
    }

    private static List<string> Ids(Session session) => [.. session.Store.List().Select(static overlay => overlay.Id)];
}
