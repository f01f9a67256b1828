using System.CommandLine;
using SandboxedBuild.Overlays;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>list</c>: the user's overlays.</summary>
internal static class ListCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var command = new Command("list", "Lists the overlays: id, state, age, roots.");
        command.SetAction(act(Run));
        return command;
    }

    private static int Run(Session session)
    {
        var overlays = session.Store.List();
        if (session.IsJson)
        {
            session.Write(new ListDocument([.. overlays.Select(static overlay => overlay.ToDocument())]), DocumentJson.Default.ListDocument);
            return ExitCodes.Done;
        }

        if (overlays.IsEmpty)
        {
            session.Host.Notes.Line("There are no overlays.", Ink.Faint);
        }

        foreach (var overlay in overlays)
        {
            session.Host.Printer.Line((overlay.Id, Ink.Yellow), ($"  {OverlayWords.State(overlay.State),-9}  {OverlayWords.Age(overlay.Created, DateTimeOffset.UtcNow),6}  {string.Join(", ", overlay.Roots.Select(static root => root.Path))}", Ink.Plain));
        }

        return ExitCodes.Done;
    }
}
