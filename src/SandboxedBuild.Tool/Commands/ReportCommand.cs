using System.CommandLine;
using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Paths;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Reports;
using SandboxedBuild.Tool.Reports.Binlogs;
using SandboxedBuild.Tool.Reports.Html;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>report</c>: what the sandboxed steps of a build did, from its binlog.</summary>
internal static class ReportCommand
{
    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var binlog = new Argument<string>("BINLOG") { Description = "The binlog of a build (dotnet build -bl writes msbuild.binlog)" };
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; - for standard output. By default the binlog's name with .html, in the current directory; text and json go to standard output", HelpName = "FILE" };
        var format = new Option<string>("--format")
        {
            Description = "html, a page for a browser (default); text, for a terminal; json, in the form of docs/schemas/report.schema.json",
            HelpName = "html|text|json",
            DefaultValueFactory = static _ => "html",
        };
        format.AcceptOnlyFromAmong("html", "text", "json");
        var command = new Command("report", "Tells what the sandboxed steps of a build did: commands, decisions, changes line by line, violations, what was used. Build with -p:SandboxEmbedPatch=true to have the lines.") { binlog };
        command.Options.Add(output);
        command.Options.Add(format);
        command.SetAction(act(session => Run(session, session.Parse.GetRequiredValue(binlog), session.Parse.GetValue(output), session.Parse.GetRequiredValue(format))));
        return command;
    }

    private static int Run(Session session, string name, string? output, string format)
    {
        var path = session.Host.Absolute(name);
        var (binlog, report) = Busy.While(session.Host, "Reading the binlog", () => Read(path));
        binlog.Diagnostics.ToList().ForEach(session.Host.Notes.Diagnostic);
        var file = output == "-" ? null : output is not null ? session.Host.Absolute(output) : format == "html" ? Path.Combine(session.Host.CurrentDirectory, Path.GetFileNameWithoutExtension(path) + ".html") : null;
        if (file is null)
        {
            Write(session, report, format, session.Host.Out, session.Host.Printer);
            return ExitCodes.Done;
        }

        using var contents = new MemoryStream();
        using (var writer = new StreamWriter(contents, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n", AutoFlush = true })
        {
            Write(session, report, format, contents, new Printer(writer, isColoured: false));
        }

        // Beside the old one and then in its place: a step may have left a symlink of that name.
        WholeFile.Write(file, contents.ToArray());
        session.Host.Notes.Line($"{Steps(report)}: {file}");
        return ExitCodes.Done;
    }

    private static (Binlog Binlog, ReportDocument Report) Read(string path)
    {
        try
        {
            var binlog = BinlogReader.Read(path);
            return (binlog, ReportBuilder.Build(binlog));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException(ReportDiagnostics.CannotRead(path, e.Message));
        }
    }

    private static void Write(Session session, ReportDocument report, string format, Stream stream, Printer printer)
    {
        switch (format)
        {
            case "json":
                Session.Write(stream, report, DocumentJson.Default.ReportDocument);
                break;
            case "text":
                ReportTree.Print(printer, report);
                break;
            default:
                HtmlPage.Write(stream, report);
                break;
        }
    }

    private static string Steps(ReportDocument report) => report.Steps.Count == 1 ? "The report of 1 step" : $"The report of {report.Steps.Count} steps";
}
