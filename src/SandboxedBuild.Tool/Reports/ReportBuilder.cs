using System.Collections.Immutable;
using System.Text.Json;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Reports.Binlogs;

namespace SandboxedBuild.Tool.Reports;

/// <summary>Makes the report of what a binlog has.</summary>
internal static class ReportBuilder
{
    public static ReportDocument Build(Binlog binlog)
    {
        var patches = new PatchBudget();
        var steps = binlog.Tasks.OrderBy(static task => task.Started).ThenBy(static task => task.Node).Select((task, index) => Step(task, index + 1, binlog.Started, patches)).ToList();
        steps = [.. steps.Select(step => step.Status == "held" && Conclusion(step, steps) is { } other ? step with { Status = "shared", ConcludedBy = other.Number } : step)];
        return new(
            binlog.Path,
            new(binlog.Succeeded switch { true => "succeeded", false => "failed", _ => "unknown" }, binlog.Started, Milliseconds(binlog.Started, binlog.Finished ?? binlog.Tasks.Max(static task => task.Finished))),
            Totals(steps),
            steps,
            [.. binlog.Diagnostics.Select(static diagnostic => diagnostic.ToDocument())]);
    }

    private static ReportStep Step(LoggedTask task, int number, DateTimeOffset? buildStarted, PatchBudget patches)
    {
        var data = task.Step?.Data;
        var gate = task.Gate?.Data;
        var milliseconds = data?.Milliseconds ?? Milliseconds(task.Started, task.Finished) ?? 0;
        var started = task.Started ?? task.Step?.Time.AddMilliseconds(-milliseconds) ?? default;
        var changes = ReportChanges.Of(task.Changes, task.Patch, patches);
        return new(number, gate is null && data is null && task.Changes is not null ? "commit" : "step", ReportStatus.Of(task))
        {
            Task = task.Name,
            Project = task.Project ?? gate?.File ?? data?.File,
            TargetFramework = task.TargetFramework,
            Target = data?.Target ?? gate?.Target ?? task.Target,
            File = data?.File ?? gate?.File,
            Node = task.Node,
            Started = started,
            Offset = Math.Max(0, Milliseconds(buildStarted, started) ?? 0),
            Milliseconds = Math.Max(0, milliseconds),
            Command = data?.Command ?? gate?.Command,
            ExitCode = data?.ExitCode,
            Failure = Camel(data?.Failure),
            Outcome = Camel(data?.Outcome ?? task.Changes?.Outcome),
            Overlay = data?.Overlay is { Length: > 0 } overlay ? overlay : task.Changes?.Overlay,
            Gate = gate is null ? null : new(Camel(gate.Decision) ?? "unknown", task.Gate?.Message, gate.Code, gate.PolicyFile, gate.Line, data?.Rule ?? task.Gate?.Rule),
            View = View(data, gate),
            Usage = data?.Usage,
            Limits = data?.Limits,
            Reads = task.Reads is { } reads ? ReportOfReads.Of(reads) : null,
            Violations = [.. task.Violations.Select(static violation => new ReportViolation(Camel(violation.Kind), violation.Subject, violation.Evidence, violation.Remedy, violation.SystemCall, violation.Process, violation.CommandLine, violation.Time))],
            Messages = task.Violations.Count == 0 ? task.Messages : [.. task.Messages.Where(static message => !IsOfViolation(message))],
            Output = task.Output.Count == 0 ? null : new(task.Output, task.OmittedOutput),
            Counts = Count(changes.Select(static change => change.Kind)),
            Changes = changes,
        };
    }

    /// <summary>SBX3030 to SBX3034 say of each violation what its event does.</summary>
    private static bool IsOfViolation(ReportMessage message) => message.Code is ['S', 'B', 'X', '3', '0', '3', >= '0' and <= '4'];

    private static ReportView? View(StepData? data, GateData? gate) => data is null && gate is null ? null : new(
        Whole(data?.Roots),
        [.. Whole(gate?.Paths).Select(static path => path.Split(' ', 2)).Select(static parts => new ReportPath(Camel(parts[0]) ?? string.Empty, parts.Length > 1 ? parts[1] : string.Empty))],
        Whole(gate?.Environment),
        Camel(data?.Network ?? gate?.Network),
        data?.Isolation,
        data?.Strategy,
        data?.StrategyReason);

    private static ReportTotals Totals(List<ReportStep> steps) => new(
        steps.Count,
        steps.Select(static step => step.Project).Distinct(StringComparer.Ordinal).Count(),
        Count(steps.Select(static step => step.Status)),
        Count(steps.Where(static step => step.Outcome == "committed").SelectMany(static step => step.Changes).Select(static change => change.Kind)),
        steps.Sum(static step => step.Violations.Count),
        steps.Sum(static step => step.Milliseconds),
        steps.Sum(static step => step.Usage?.CpuMilliseconds) is var cpu && steps.Exists(static step => step.Usage?.CpuMilliseconds is not null) ? cpu : null,
        steps.Max(static step => step.Usage?.PeakMemoryBytes),
        steps.Exists(static step => step.Usage?.OverlayBytes is not null) ? steps.Sum(static step => step.Usage?.OverlayBytes) : null);

    /// <summary>The task after it that committed the overlay that it shared.</summary>
    private static ReportStep? Conclusion(ReportStep step, List<ReportStep> steps) =>
        step.Overlay is null ? null : steps.Find(other => other.Kind == "commit" && other.Number > step.Number && other.Overlay == step.Overlay && other.Outcome != "held");

    private static ImmutableSortedDictionary<string, int> Count(IEnumerable<string> words) => words.GroupBy(static word => word, StringComparer.Ordinal).ToImmutableSortedDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);

    private static IReadOnlyList<string> Whole(string?[]? texts) => [.. (texts ?? []).OfType<string>()];

    private static long? Milliseconds(DateTimeOffset? from, DateTimeOffset? to) => from is { } start && to is { } end ? (long)(end - start).TotalMilliseconds : null;

    private static string? Camel(string? word) => word is null ? null : JsonNamingPolicy.CamelCase.ConvertName(word);
}
