using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tool.Reports.Binlogs;

/// <summary>What a binlog has of the sandboxed steps of a build.</summary>
/// <param name="Path">The file.</param>
/// <param name="Started">When the build began.</param>
/// <param name="Finished">When it was over; null of a log that ends before.</param>
/// <param name="Succeeded">How it ended; null as well.</param>
/// <param name="Tasks">The tasks that logged events of ours, in the order in which they did first.</param>
/// <param name="Diagnostics">What could not be read.</param>
internal sealed record Binlog(string Path, DateTimeOffset? Started, DateTimeOffset? Finished, bool? Succeeded, ImmutableArray<LoggedTask> Tasks, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>A task that logged events of ours.</summary>
internal sealed class LoggedTask
{
    public string Name { get; set; } = string.Empty;

    public int Node { get; init; }

    public string? Project { get; init; }

    public string? TargetFramework { get; init; }

    public string? Target { get; init; }

    public DateTimeOffset? Started { get; set; }

    public DateTimeOffset? Finished { get; set; }

    public (GateData Data, string? Message, string? Rule)? Gate { get; set; }

    public (StepData Data, DateTimeOffset Time)? Step { get; set; }

    public ChangeSetData? Changes { get; set; }

    public PatchData? Patch { get; set; }

    public ReadsData? Reads { get; set; }

    public List<ViolationData> Violations { get; } = [];

    public List<ReportMessage> Messages { get; } = [];

    public List<string> Output { get; } = [];

    /// <summary>How many lines it printed beyond those.</summary>
    public int OmittedOutput { get; set; }
}
