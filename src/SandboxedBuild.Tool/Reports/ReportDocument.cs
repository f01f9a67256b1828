using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Reports;

/// <summary>Of <c>report</c>: what the sandboxed steps of a build did. docs/schemas/report.schema.json is its form.</summary>
/// <param name="Binlog">The file's path.</param>
/// <param name="Build">The build.</param>
/// <param name="Totals">What the steps come to.</param>
/// <param name="Steps">By the time that they began.</param>
/// <param name="Diagnostics">What of the binlog could not be read.</param>
internal sealed record ReportDocument(string Binlog, ReportBuild Build, ReportTotals Totals, IReadOnlyList<ReportStep> Steps, IReadOnlyList<DiagnosticDocument> Diagnostics) : Document;

/// <summary>The build: result is succeeded, failed or unknown (of a binlog that ends too early).</summary>
internal sealed record ReportBuild(string Result, DateTimeOffset? Started, long? Milliseconds);

/// <summary>Sums over all steps. Changes are those that were committed; null is what no step could measure.</summary>
internal sealed record ReportTotals(
    int Steps,
    int Projects,
    IReadOnlyDictionary<string, int> Statuses,
    IReadOnlyDictionary<string, int> Committed,
    int Violations,
    long StepMilliseconds,
    double? CpuMilliseconds,
    long? PeakMemoryBytes,
    long? OverlayBytes);

/// <summary>
/// A step, or a commit of an overlay that several shared: status is committed, unchanged, held, shared (held until another task concluded the overlay), rolledBack, failed
/// (the command), refused (something to it), denied, sandboxFailed, overLimit, notSandboxed or notFinished.
/// </summary>
internal sealed record ReportStep(int Number, string Kind, string Status)
{
    public required string Task { get; init; }

    /// <summary>The project's file; null where the binlog does not say.</summary>
    public string? Project { get; init; }

    public string? TargetFramework { get; init; }

    public string? Target { get; init; }

    /// <summary>The file that holds the target.</summary>
    public string? File { get; init; }

    public int Node { get; init; }

    public DateTimeOffset Started { get; init; }

    /// <summary>From the build's start.</summary>
    public long Offset { get; init; }

    public long Milliseconds { get; init; }

    public string? Command { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Why it failed: command, sandbox, ended, limit, refused or undeclared.</summary>
    public string? Failure { get; init; }

    public string? Outcome { get; init; }

    public string? Overlay { get; init; }

    /// <summary>The number of the step that concluded a shared overlay.</summary>
    public int? ConcludedBy { get; init; }

    public ReportGate? Gate { get; init; }

    public ReportView? View { get; init; }

    public ReportUsage? Usage { get; init; }

    public ReportLimits? Limits { get; init; }

    public ReportReads? Reads { get; init; }

    public required IReadOnlyList<ReportViolation> Violations { get; init; }

    public required IReadOnlyList<ReportMessage> Messages { get; init; }

    public ReportOutput? Output { get; init; }

    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    public required IReadOnlyList<ReportChange> Changes { get; init; }
}

/// <summary>What the gate decided: decision is rule, builtIn, approval, answer, rememberedAnswer, hold or denied.</summary>
internal sealed record ReportGate(string Decision, string? Message, string? Code, string? PolicyFile, int? Line, string? Rule);

/// <summary>What the command saw.</summary>
internal sealed record ReportView(
    IReadOnlyList<string> Roots,
    IReadOnlyList<ReportPath> Paths,
    IReadOnlyList<string> Environment,
    string? Network,
    string? Isolation,
    string? Strategy,
    string? StrategyReason);

/// <summary>A path that it saw in another way than by default.</summary>
internal sealed record ReportPath(string Access, string Path);

/// <summary>What it used; null is what could not be measured.</summary>
internal sealed record ReportUsage(long? Milliseconds, double? CpuMilliseconds, long? PeakMemoryBytes, long? OverlayBytes, int? OverlayFiles);

/// <summary>What it might use at most; null is no limit.</summary>
internal sealed record ReportLimits(long? MemoryBytes, decimal? Cpu, int? Processes, long? DiskBytes, long? Milliseconds, long? FileBytes, int? OpenFiles, string? Exceeded);

/// <summary>An access that the sandbox refused: what it was to, how that is known, and what to do; who did it, where that was traced.</summary>
internal sealed record ReportViolation(string? Kind, string? Subject, string? Evidence, string? Remedy, string? SystemCall, int? Process, string? CommandLine, string? Time);

/// <summary>What the command has read, where that was kept: how many files of its roots, and the first thousand; how many elsewhere; what it looked for in vain.</summary>
internal sealed record ReportReads(int Files, IReadOnlyList<ReportRead> First, IReadOnlyList<ReportReadPlace> Outside, int Missing, bool IsCut);

/// <summary>A file of a root, and what is behind it where it is reached by a symlink.</summary>
internal sealed record ReportRead(string Root, string Path, string? Target);

/// <summary>A place elsewhere, and how many files were read there.</summary>
internal sealed record ReportReadPlace(string Place, int Files);

/// <summary>An error or a warning of the step.</summary>
internal sealed record ReportMessage(string Severity, string? Code, string Text);

/// <summary>What the command printed: the beginning of it.</summary>
internal sealed record ReportOutput(IReadOnlyList<string> Lines, int Omitted);

/// <summary>A change, as in <c>show</c>, with its part of the patch or why there is none: omitted is notText, tooLong or full.</summary>
internal sealed record ReportChange(string Kind, string Type, string Root, string Path, string? OldPath, long Size, string? Mode)
{
    public string? Patch { get; init; }

    public string? Omitted { get; init; }

    public long? OldSize { get; init; }

    public string? OldSha256 { get; init; }

    public string? Sha256 { get; init; }
}
