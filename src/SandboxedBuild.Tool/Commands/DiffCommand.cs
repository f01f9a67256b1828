using System.CommandLine;
using System.Text;
using System.Text.Unicode;
using SandboxedBuild.Changes;
using SandboxedBuild.Diffs;
using SandboxedBuild.Tool.Diffs;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>diff</c>: what an overlay's steps changed, line by line.</summary>
internal static class DiffCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var id = Arguments.Id();
        var paths = new Argument<string[]>("PATH") { Description = "Only these files and directories", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("diff", "Shows what an overlay's steps changed as a patch (apply it with patch -p1 or git apply). Exits with 1 if there are differences.") { id, paths };
        command.SetAction(act(session => Run(session, session.Parse.GetRequiredValue(id), session.Parse.GetValue(paths) ?? [])));
        return command;
    }

    private static int Run(Session session, string id, string[] paths)
    {
        using var opened = OpenedOverlay.ToLook(session, id);
        var changes = opened.Collect();
        var diffs = DiffReader.Read(changes, WantedPaths.Of(paths, opened.Overlay, session.Host));
        return Write(session, opened, changes, diffs) ? ExitCodes.No : ExitCodes.Done;
    }

    private static bool Write(Session session, OpenedOverlay opened, ChangeSet changes, IEnumerable<FileDiff> diffs)
    {
        if (session.IsJson)
        {
            var marks = ProtectedMarks.Of(changes, session.Protection(opened.Summary.Roots, opened.Overlay.Directory));
            var files = diffs.Select(diff => Document(diff, marks)).ToList();
            session.Write(new DiffDocument(opened.Summary.Id, files), DocumentJson.Default.DiffDocument);
            return files.Count > 0;
        }

        var any = false;
        var counted = diffs.Select(diff =>
        {
            any = true;
            return diff;
        });
        if (session.Host.IsOutTerminal)
        {
            DiffOutput.WriteTo(session.Host.Printer, counted, opened.Summary.Roots);
        }
        else
        {
            DiffOutput.WriteTo(session.Host.Out, counted, opened.Summary.Roots);
        }

        return any;
    }

    private static FileDiffDocument Document(FileDiff diff, ProtectedMarks marks)
    {
        var patch = Encoding.Latin1.GetBytes(diff.Text);
        return new(
            diff.Change.ToDocument(marks),
            Utf8.IsValid(patch) ? Encoding.UTF8.GetString(patch) : null,
            Utf8.IsValid(patch) ? null : Convert.ToBase64String(patch),
            diff.Before?.Sha256,
            diff.After?.Sha256);
    }
}
