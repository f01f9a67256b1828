using System.CommandLine;
using SandboxedBuild.Changes;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>show</c>: what an overlay's steps changed.</summary>
internal static class ShowCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var id = Arguments.Id();
        var command = new Command("show", "Shows an overlay and what its steps changed.") { id };
        command.SetAction(act(session => Run(session, session.Parse.GetRequiredValue(id))));
        return command;
    }

    private static int Run(Session session, string id)
    {
        using var opened = OpenedOverlay.ToLook(session, id);
        var changes = opened.Collect();
        changes.ShutAgain();
        if (session.IsJson)
        {
            session.Write(new ShowDocument(opened.Summary.ToDocument(), [.. changes.Entries.Where(static change => change.RenamedTo is null).Select(static change => change.ToDocument())]), DocumentJson.Default.ShowDocument);
            return ExitCodes.Done;
        }

        var told = changes.Told();
        var printer = session.Host.Printer;
        printer.Line(("overlay ", Ink.Plain), (opened.Summary.Id, Ink.Yellow), ($"  {OverlayWords.State(opened.Summary.State)}, {OverlayWords.Age(opened.Summary.Created, DateTimeOffset.UtcNow)} old", Ink.Plain));
        foreach (var root in opened.Summary.Roots)
        {
            printer.Line($"root    {root.Path}");
        }

        printer.Line();
        printer.Changes(told, opened.Summary.Roots);
        if (told.Count > 0)
        {
            printer.Line();
        }

        var silent = changes.Entries.Count(static change => change.Kind == ChangeKind.Metadata && !ChangeWords.IsTold(change));
        printer.Line(ChangeWords.Counts(told) + (silent > 0 ? $"; {silent} with other times or attributes only" : string.Empty));
        return ExitCodes.Done;
    }
}
