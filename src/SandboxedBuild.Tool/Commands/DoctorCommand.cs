using System.CommandLine;
using SandboxedBuild.Hosts;
using SandboxedBuild.Overlays;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>doctor</c>: what steps can be sandboxed with here, and what refuses the rest.</summary>
internal static class DoctorCommand
{
    /// <summary>The longest name, and two blanks.</summary>
    private const int Column = 16;

    public static Command Create(Func<Func<Session, int>, Func<ParseResult, int>> act)
    {
        var root = new Option<string>("--root") { Description = "The directory that steps would change; by default the repository around the current directory.", HelpName = "DIRECTORY" };
        var command = new Command("doctor", "Tells what steps can be sandboxed with on this host, what refuses the rest, and how to change that. Exits with 1 if a step with all at its default would not run.");
        command.Options.Add(root);
        command.SetAction(act(session => Run(session, session.Parse.GetValue(root))));
        return command;
    }

    private static int Run(Session session, string? root)
    {
        var directory = root is not null ? session.Host.Absolute(root) : RootDiscovery.DefaultFor(session.Host.CurrentDirectory, solutionDirectory: null);
        var report = HostExamination.Run(session.Store, directory);
        if (session.IsJson)
        {
            session.Write(report.ToDocument(), DocumentJson.Default.DoctorDocument);
        }
        else
        {
            Print(session.Host.Printer, report);
        }

        return report.Refusal is null ? ExitCodes.Done : ExitCodes.No;
    }

    private static void Print(Printer printer, HostReport report)
    {
        foreach (var fact in report.Facts)
        {
            printer.Line((fact.Name.PadRight(Column), Ink.Faint), (fact.Value, Ink.Plain));
        }

        Print(printer, "isolation", report.Isolations);
        Print(printer, "strategy", report.Strategies);
        printer.Line();
        if (report.Refusal is null)
        {
            printer.Line("Steps can be sandboxed here.", Ink.Green);
        }
        else
        {
            printer.Line("Steps cannot be sandboxed here as they are by default. See above what refuses, and how to change it.", Ink.Red);
        }
    }

    private static void Print(Printer printer, string what, IEnumerable<HostVerdict> verdicts)
    {
        printer.Line();
        foreach (var verdict in verdicts)
        {
            printer.Line((what.PadRight(Column), Ink.Faint), (verdict.Name.PadRight(Column), Ink.Plain), verdict.Refusal is null ? ("works", Ink.Green) : ("does not work", Ink.Red), (verdict.IsDefault ? " (default)" : string.Empty, Ink.Faint));
            if (verdict.Refusal is { } refusal)
            {
                printer.Line($"  {refusal.Code}: {refusal.Message}");
            }
        }
    }
}
