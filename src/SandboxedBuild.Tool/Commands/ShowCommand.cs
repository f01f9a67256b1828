using System.CommandLine;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
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

    private static int Run(Session session, string id) =>
        session.Store.Find(id) is { State: OverlayState.Committed } backup ? Backup(session, backup) : Overlay(session, id);

    private static int Overlay(Session session, string id)
    {
        using var opened = OpenedOverlay.ToLook(session, id);
        var changes = opened.Collect();
        var marks = ProtectedMarks.Of(changes, session.Protection(opened.Summary.Roots, opened.Overlay.Directory));
        if (session.IsJson)
        {
            session.Write(new ShowDocument(opened.Summary.ToDocument(), [.. changes.Entries.Where(static change => change.RenamedTo is null).Select(change => change.ToDocument(marks))]), DocumentJson.Default.ShowDocument);
            return ExitCodes.Done;
        }

        var told = changes.Told();
        var printer = session.Host.Printer;
        printer.Head(opened.Summary);
        printer.Line();
        printer.Changes(told, opened.Summary.Roots, marks);
        if (told.Count > 0)
        {
            printer.Line();
        }

        var silent = changes.Entries.Count(static change => change.Kind == ChangeKind.Metadata && !ChangeWords.IsTold(change));
        printer.Line(ChangeWords.Counts(told) + (silent > 0 ? $"; {silent} with other times or attributes only" : string.Empty));
        return ExitCodes.Done;
    }

    private static int Backup(Session session, OverlaySummary backup)
    {
        var paths = CommittedPath.Of(backup);
        if (session.IsJson)
        {
            session.Write(new BackupDocument(backup.ToDocument(), [.. paths.Select(static path => new CommittedDocument(DocumentParts.Camel(path.Kind), path.Root.Path, path.Path.IsRoot ? "." : path.Path.ToString()))]), DocumentJson.Default.BackupDocument);
            return ExitCodes.Done;
        }

        var printer = session.Host.Printer;
        printer.Head(backup);
        printer.Line($"backup  {backup.Directory}");
        printer.Line();
        foreach (var path in paths.Where(static path => path.Kind != ChangeKind.Metadata))
        {
            printer.Line($"  {path.Kind.ToString().ToLowerInvariant(),-8}  {(backup.Roots.Length > 1 ? path.Root.Path + "/" : string.Empty)}{path.Path}");
        }

        printer.Line();
        printer.Line($"To undo: dotnet sandbox undo {backup.Id}");
        return ExitCodes.Done;
    }
}
