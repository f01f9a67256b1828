using System.Globalization;
using SandboxedBuild.Limits;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Reports;

/// <summary>A report as a tree for the terminal: projects, their steps, what is to be said of each, and its changes.</summary>
internal static class ReportTree
{
    /// <summary>A step with more is summed up: the page and the JSON have them all.</summary>
    private const int MostChanges = 50;

    private const int MostLines = 8;

    public static void Print(Printer printer, ReportDocument report)
    {
        printer.Line((Path.GetFileName(report.Binlog), Ink.Bold), ($"  {Summary(report)}", Ink.Plain));
        foreach (var project in report.Steps.GroupBy(static step => (step.Project, step.TargetFramework)))
        {
            printer.Line();
            printer.Line((project.Key.Project ?? "?", Ink.Bold), (project.Key.TargetFramework is { } framework ? $" ({framework})" : string.Empty, Ink.Faint));
            var steps = project.ToList();
            foreach (var step in steps)
            {
                Print(printer, step, isLast: step == steps[^1]);
            }
        }
    }

    private static void Print(Printer printer, ReportStep step, bool isLast)
    {
        var branch = isLast ? "   " : "│  ";
        printer.Line((isLast ? "└─ " : "├─ ", Ink.Faint), ($"{step.Target ?? step.Task}", Ink.Bold), ("  ", Ink.Plain), (ReportStatus.Words(step.Status), InkOf(step.Status)), ($"  {Duration(step.Milliseconds)}, node {step.Node}{Counts(step)}", Ink.Plain));
        foreach (var (name, text, ink) in Facts(step))
        {
            printer.Line((branch, Ink.Faint), ($"{name,-10}", Ink.Faint), (text, ink));
        }

        var shown = step.Changes.Take(MostChanges).ToList();
        foreach (var change in shown)
        {
            var ends = change == shown[^1] && shown.Count == step.Changes.Count;
            printer.Line((branch + (ends ? "└─ " : "├─ "), Ink.Faint), ($"{change.Kind,-8}", InkOfKind(change.Kind)), ($"  {change.Path}{(change.Type == "directory" ? "/" : string.Empty)}{(change.OldPath is { } old ? $" (was {old})" : string.Empty)}", Ink.Plain), (Lines(change), Ink.Faint));
        }

        if (step.Changes.Count > shown.Count)
        {
            printer.Line((branch + "└─ ", Ink.Faint), ($"and {step.Changes.Count - shown.Count} more", Ink.Faint));
        }
    }

    private static IEnumerable<(string Name, string Text, Ink Ink)> Facts(ReportStep step)
    {
        var command = (step.Command ?? string.Empty).Split('\n');
        for (var line = 0; line < command.Length && command is not [""]; line++)
        {
            yield return (line == 0 ? "command" : string.Empty, command[line].TrimEnd('\r'), Ink.Plain);
        }

        if (step.Gate is { } gate)
        {
            yield return ("gate", gate.Message ?? gate.Decision, gate.Decision == "denied" ? Ink.Red : Ink.Plain);
        }

        if (step.View is { } view)
        {
            yield return ("sandbox", string.Join(", ", new[] { view.Isolation, view.Strategy, view.Network is { } network ? $"network {network}" : null }.OfType<string>()), Ink.Plain);
            foreach (var path in view.Paths)
            {
                yield return (string.Empty, $"{path.Access} {path.Path}", Ink.Plain);
            }
        }

        if (step.Usage is { } usage)
        {
            yield return ("used", Used(usage), Ink.Plain);
        }

        if (step.Limits is { } limits)
        {
            yield return ("limits", Limited(limits), limits.Exceeded is null ? Ink.Plain : Ink.Red);
        }

        foreach (var line in step.Reads is { } reads ? Read(reads) : [])
        {
            yield return line;
        }

        if (step.ExitCode is { } code and not 0)
        {
            yield return ("exit code", code.ToString(CultureInfo.InvariantCulture), Ink.Red);
        }

        foreach (var violation in step.Violations)
        {
            yield return ("violation", string.Join(' ', new[] { violation.Kind, violation.Subject, violation.SystemCall is { } call ? $"({call})" : null, violation.CommandLine is { } line ? $"by {line}" : null }.OfType<string>()), Ink.Red);
            foreach (var text in new[] { violation.Evidence, violation.Remedy }.OfType<string>())
            {
                yield return (string.Empty, text, text == violation.Remedy ? Ink.Plain : Ink.Faint);
            }
        }

        foreach (var message in step.Messages)
        {
            yield return (message.Severity, message.Code is { } known ? $"{known}: {message.Text}" : message.Text, message.Severity == "error" ? Ink.Red : Ink.Yellow);
        }

        foreach (var (line, index) in (step.Output?.Lines ?? []).TakeLast(MostLines).Select(static (line, index) => (line, index)))
        {
            yield return (index == 0 ? "output" : string.Empty, line, Ink.Faint);
        }
    }

    private static IEnumerable<(string Name, string Text, Ink Ink)> Read(ReportReads reads) =>
        reads.First.Take(MostLines).Select(static read => (string.Empty, read.Target is null ? read.Path : $"{read.Path} -> {read.Target}", Ink.Faint)).Prepend(("read", ReportOfReads.Words(reads), Ink.Plain));

    private static string Summary(ReportDocument report)
    {
        var build = report.Build.Result switch { "succeeded" => "build succeeded", "failed" => "build failed", _ => "build not finished" };
        var time = report.Build.Milliseconds is { } milliseconds ? $" in {Duration(milliseconds)}" : string.Empty;
        var statuses = ReportStatus.All.Where(report.Totals.Statuses.ContainsKey).Select(status => $"{report.Totals.Statuses[status]} {ReportStatus.Words(status)}");
        return $"{build}{time}; {report.Totals.Steps} {(report.Totals.Steps == 1 ? "step" : "steps")}{(report.Totals.Steps > 0 ? $": {string.Join(", ", statuses)}" : string.Empty)}{(report.Totals.Violations > 0 ? $"; {report.Totals.Violations} refused {(report.Totals.Violations == 1 ? "access" : "accesses")}" : string.Empty)}";
    }

    private static string Counts(ReportStep step)
    {
        var counts = ((string[])["added", "modified", "deleted", "renamed"]).Where(step.Counts.ContainsKey).Select(kind => $"{step.Counts[kind]} {kind}").ToList();
        return counts.Count == 0 ? string.Empty : "; " + string.Join(", ", counts);
    }

    private static string Used(ReportUsage usage) => string.Join(", ", new[]
    {
        usage.CpuMilliseconds is { } cpu ? FormattableString.Invariant($"CPU {cpu / 1000:F2} s") : null,
        usage.PeakMemoryBytes is { } memory ? $"peak memory {Bytes.Display(memory)}" : null,
        usage.OverlayBytes is { } written ? $"{Bytes.Display(written)} written in {usage.OverlayFiles} {(usage.OverlayFiles == 1 ? "file" : "files")}" : null,
    }.OfType<string>().DefaultIfEmpty("not measured"));

    private static string Limited(ReportLimits limits) => string.Join(", ", new[]
    {
        limits.MemoryBytes is { } memory ? $"memory {Bytes.Display(memory)}" : null,
        limits.Cpu is { } cpu ? FormattableString.Invariant($"{cpu} processors") : null,
        limits.Processes is { } processes ? $"{processes} processes" : null,
        limits.DiskBytes is { } disk ? $"disk {Bytes.Display(disk)}" : null,
        limits.Milliseconds is { } time ? $"time {Duration(time)}" : null,
        limits.FileBytes is { } size ? $"files of {Bytes.Display(size)}" : null,
        limits.OpenFiles is { } files ? $"{files} open files" : null,
        limits.Exceeded is { } exceeded ? $"beyond: {exceeded}" : null,
    }.OfType<string>());

    /// <summary>Lines that came and went: <c>  +3 -1</c>.</summary>
    private static string Lines(ReportChange change)
    {
        if (change.Patch is null)
        {
            return string.Empty;
        }

        // What stands before the first hunk are names.
        var lines = change.Patch.Split('\n').SkipWhile(static line => !line.StartsWith("@@", StringComparison.Ordinal)).ToList();
        var (more, less) = (lines.Count(static line => line.StartsWith('+')), lines.Count(static line => line.StartsWith('-')));
        return more + less == 0 ? string.Empty : $"  +{more} -{less}";
    }

    private static string Duration(long milliseconds) => milliseconds switch
    {
        < 1000 => $"{milliseconds} ms",
        < 60_000 => FormattableString.Invariant($"{milliseconds / 1000.0:F1} s"),
        _ => $"{milliseconds / 60_000} min {milliseconds / 1000 % 60} s",
    };

    private static Ink InkOf(string status) => status switch
    {
        "committed" or "shared" => Ink.Green,
        "unchanged" => Ink.Faint,
        "held" or "rolledBack" or "notSandboxed" => Ink.Yellow,
        _ => Ink.Red,
    };

    private static Ink InkOfKind(string kind) => kind switch
    {
        "added" => Ink.Green,
        "deleted" => Ink.Red,
        "renamed" => Ink.Cyan,
        _ => Ink.Yellow,
    };
}
