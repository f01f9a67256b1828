using System.Text.Json.Serialization;

namespace SandboxedBuild.Tool.Reports.Binlogs;

/// <summary>
/// The JSON of our events, as far as a report wants it. Whatever is missing is null: a binlog may be older than this tool, or newer, and it is no more to be trusted than
/// the commands whose names are in it.
/// </summary>
internal static class EventData
{
    public const string Gate = "SandboxedBuild.Gate";
    public const string Step = "SandboxedBuild.Step";
    public const string ChangeSet = "SandboxedBuild.ChangeSet";
    public const string Patch = "SandboxedBuild.Patch";
    public const string Violation = "SandboxedBuild.Violation";
    public const string Reads = "SandboxedBuild.Reads";

    /// <summary>The newest version of each that this tool knows.</summary>
    public static IReadOnlyDictionary<string, int> Versions { get; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        [Gate] = 1,
        [Step] = 3,
        [ChangeSet] = 1,
        [Patch] = 1,
        [Violation] = 1,
        [Reads] = 1,
    };
}

/// <summary>Of every event.</summary>
internal sealed record VersionData(int? Version);

/// <summary>Of <c>SandboxedBuild.Gate</c>.</summary>
internal sealed record GateData(string? Decision, string? Code, string? Target, string? File, string? Command, string? PolicyFile, int? Line, string? Network, string?[]? Paths, string?[]? Environment);

/// <summary>Of <c>SandboxedBuild.Step</c>.</summary>
internal sealed record StepData(
    string? Target,
    string? File,
    string? Command,
    int? ExitCode,
    string? Outcome,
    string? Failure,
    string? Overlay,
    string?[]? Roots,
    string? Strategy,
    string? StrategyReason,
    string? Isolation,
    string? Network,
    string? Rule,
    long? Milliseconds,
    ReportUsage? Usage,
    ReportLimits? Limits);

/// <summary>Of <c>SandboxedBuild.ChangeSet</c>.</summary>
internal sealed record ChangeSetData(string? Overlay, string? Outcome, ChangeData?[]? Changes);

/// <summary>A change in it.</summary>
internal sealed record ChangeData(string? Kind, string? Type, string? Root, string? Path, string? OldPath, long? Size, string? Mode);

/// <summary>Of <c>SandboxedBuild.Patch</c>.</summary>
internal sealed record PatchData(PatchFileData?[]? Files);

/// <summary>A file in it.</summary>
internal sealed record PatchFileData(string? Root, string? Path, string? Patch, string? Omitted, long? OldSize, long? Size, string? OldSha256, string? Sha256);

/// <summary>Of <c>SandboxedBuild.Violation</c>.</summary>
internal sealed record ViolationData(string? Kind, string? Subject, string? Evidence, string? Remedy, string? SystemCall, int? Process, string? CommandLine, string? Time);

/// <summary>Of <c>SandboxedBuild.Reads</c>.</summary>
internal sealed record ReadsData(ReadFileData?[]? Files, string?[]? Missing, ReadPlaceData?[]? Outside, bool? IsCut);

/// <summary>A file in it.</summary>
internal sealed record ReadFileData(string? Root, string? Path, string? Target);

/// <summary>Files elsewhere in it.</summary>
internal sealed record ReadPlaceData(string? Place, int? Files);

/// <summary>Reading without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VersionData))]
[JsonSerializable(typeof(GateData))]
[JsonSerializable(typeof(StepData))]
[JsonSerializable(typeof(ChangeSetData))]
[JsonSerializable(typeof(PatchData))]
[JsonSerializable(typeof(ViolationData))]
[JsonSerializable(typeof(ReadsData))]
internal sealed partial class EventDataJson : JsonSerializerContext;
