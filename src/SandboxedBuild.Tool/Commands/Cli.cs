using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary>The command line, and the one place where an expected failure ends.</summary>
internal static class Cli
{
    public const string Name = "dotnet sandbox";

    public static int Run(IReadOnlyList<string> arguments, ToolHost host)
    {
        var common = new CommonOptions();
        var root = new RootCommand("Runs commands in a sandbox over the live tree, shows what they changed, and commits it or throws it away.");
        root.Options.Add(common.Format);
        root.Options.Add(common.StateDirectory);
        foreach (var command in (Command[])[RunCommand.Create(Act), BuildCommand.Create(Act), ListCommand.Create(Act), ShowCommand.Create(Act), DiffCommand.Create(Act), ReviewCommand.Create(Act), CommitCommand.Create(Act), RollbackCommand.Create(Act), UndoCommand.Create(Act), AllowCommand.Create(Act), CleaningCommands.Recover(Act), CleaningCommands.Collect(Act), DoctorCommand.Create(Act), ReportCommand.Create(Act), LogCommand.Create(Act)])
        {
            root.Subcommands.Add(command);
        }

        ((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).MaxWidth = host.Width;

        // No response files: @ begins many a name.
        var parse = root.Parse(arguments.Count == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var session = new Session(host, parse, common);
        return parse.Action is ParseErrorAction
            ? Fail(session, ToolDiagnostics.WrongCommandLine(Words(parse.Errors[^1]), session.CommandName), ExitCodes.Usage)
            : Invoke(session);

        Func<ParseResult, int> Act(Func<Session, int> body) => result => Guard(new Session(host, result, common), body);
    }

    /// <summary>Tells a failure: as a line for people, and to programs as a document.</summary>
    public static int Fail(Session session, Diagnostic diagnostic, int exitCode)
    {
        session.Host.Notes.Failure(diagnostic, session.Overlay);
        if (session.IsJson)
        {
            session.Write(new ErrorDocument(diagnostic.ToDocument()), DocumentJson.Default.ErrorDocument);
        }

        return exitCode;
    }

    /// <summary>The last error is the closest to what was typed; the library's list of values stands on lines of its own.</summary>
    private static string Words(ParseError error) => error.Message.ReplaceLineEndings(" ").Replace("\t", string.Empty, StringComparison.Ordinal);

    private static int Invoke(Session session)
    {
        // Help knows the program by its file's name; people type another.
        using var text = new StringWriter();
        var exitCode = session.Parse.Invoke(new InvocationConfiguration { Output = text, Error = text, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        if (session.Parse.Action is HelpAction || text.GetStringBuilder().Length > 0)
        {
            using var writer = new StreamWriter(session.Host.Out, leaveOpen: true);
            writer.Write(text.ToString().Replace("dotnet-sandbox", Name, StringComparison.Ordinal).Replace("[<COMMAND>...] [options]", "[options] -- COMMAND [ARGUMENT]...", StringComparison.Ordinal).ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
        }

        return exitCode;
    }

    private static int Guard(Session session, Func<Session, int> body)
    {
        try
        {
            return IsolationDiagnostics.WrongSystem(HostSystem.Name) is { } wrong ? throw new SandboxException(wrong) : body(session);
        }
        catch (SandboxException e)
        {
            return Fail(session, e.Diagnostic, ExitCodes.For(e.Diagnostic));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return Fail(session, ExecutionDiagnostics.HostFailed(e.Message), ExitCodes.Usage);
        }
    }
}
