using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SandboxedBuild.Auditing;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tool.Reports;

namespace SandboxedBuild.Tool.Output;

/// <summary>A document of <c>--format json</c>: what docs/tool.md says of them holds within a version; new properties may come.</summary>
/// <param name="Version">Of the form.</param>
internal abstract record Document([property: JsonPropertyOrder(-1)] int Version = 1);

/// <summary>A change: kind is added, modified, deleted, renamed or metadata; protected is true or not there.</summary>
internal sealed record ChangeDocument(string Kind, string Type, string Root, string Path, string? PathBase64, string? OldPath, string? OldType, long Size, string Mode, string? OldMode, bool? Protected);

/// <summary>A diagnostic: severity is error or warning.</summary>
internal sealed record DiagnosticDocument(string Code, string Severity, string Message);

/// <summary>What was refused: kind is write, protected, read, network or call; subject the path, host or system call.</summary>
internal sealed record ViolationDocument(string Kind, string Subject, string Evidence, string Remedy, string? SystemCall, int? Process, string? CommandLine, DateTimeOffset? Time);

/// <summary>An overlay: state is inUse, held, cutOff, abandoned or committed.</summary>
internal sealed record OverlayDocument(string Id, DateTimeOffset Created, string State, string Directory, IReadOnlyList<string> Roots);

/// <summary>Of <c>list</c>.</summary>
internal sealed record ListDocument(IReadOnlyList<OverlayDocument> Overlays) : Document;

/// <summary>Of <c>show</c>.</summary>
internal sealed record ShowDocument(OverlayDocument Overlay, IReadOnlyList<ChangeDocument> Changes) : Document;

/// <summary>A path of a commit that is over: kind is added, modified, deleted or metadata; what came or went whole counts as one.</summary>
internal sealed record CommittedDocument(string Kind, string Root, string Path);

/// <summary>Of <c>show</c>, for an overlay that is committed.</summary>
internal sealed record BackupDocument(OverlayDocument Overlay, IReadOnlyList<CommittedDocument> Committed) : Document;

/// <summary>Of <c>undo</c>: the paths that are as before again.</summary>
internal sealed record UndoDocument(string Overlay, IReadOnlyList<string> Restored) : Document;

/// <summary>Of <c>recover</c> and <c>gc</c>: the ids of what was removed, and what was found.</summary>
internal sealed record CleaningDocument(IReadOnlyList<string> Removed, IReadOnlyList<DiagnosticDocument> Diagnostics) : Document;

/// <summary>Of <c>run</c>, <c>commit</c> and <c>rollback</c>: outcome is committed, held, rolledBack, unchanged, checked or failed.</summary>
internal sealed record ResultDocument(
    string Outcome,
    string? Overlay,
    IReadOnlyList<string> Roots,
    IReadOnlyList<ChangeDocument> Changes,
    IReadOnlyList<DiagnosticDocument> Diagnostics) : Document
{
    /// <summary>Of <c>run</c>: the program and its arguments.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Of <c>run</c>: how many paths were written below the mount points of layers, if any; no commit takes them.</summary>
    public int? LayerWrites { get; init; }

    /// <summary>Of <c>run</c> with <c>--trace</c>: what was refused to the command, if anything was.</summary>
    public IReadOnlyList<ViolationDocument>? Violations { get; init; }

    /// <summary>Of <c>run</c>: the command's exit code, if it ran to its end.</summary>
    public int? ExitCode { get; init; }
}

/// <summary>One file of <c>diff</c>: its part of the patch, as text or, where that is no UTF-8, as base64; hashes of what is no text.</summary>
internal sealed record FileDiffDocument(ChangeDocument Change, string? Patch, string? PatchBase64, string? OldSha256, string? Sha256);

/// <summary>Of <c>diff</c>.</summary>
internal sealed record DiffDocument(string Overlay, IReadOnlyList<FileDiffDocument> Files) : Document;

/// <summary>Of <c>run --print</c>.</summary>
internal sealed record PlanDocument(
    IReadOnlyList<string> Command,
    string WorkingDirectory,
    IReadOnlyList<string> Roots,
    string Network,
    uint Uid,
    uint Gid,
    IReadOnlyList<string> Capabilities,
    IReadOnlyList<MountDocument> Mounts,
    IReadOnlyDictionary<string, string> Environment) : Document;

/// <summary>A mount: kind is readOnly, readWrite, overlay, layers, empty, emptyFile, link, proc or dev.</summary>
internal sealed record MountDocument(string Kind, string Path, string? Source)
{
    /// <summary>Of layers: the directories, the first of which wins.</summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>Of layers: what they hide of one another.</summary>
    public IReadOnlyList<LayerConflict>? Conflicts { get; init; }
}

/// <summary>Of <c>allow</c>: outcome is added, present or checked; the rule as it is in the file, and where.</summary>
internal sealed record AllowDocument(string Outcome, string File, int Line, int Column, JsonNode Rule) : Document;

/// <summary>Of <c>allow --remembered</c> and <c>allow --forget</c>.</summary>
internal sealed record AnswersDocument(string Outcome, IReadOnlyList<AnswerDocument> Answers) : Document;

/// <summary>An answer that is, or was, remembered.</summary>
internal sealed record AnswerDocument(string Hash, DateTimeOffset At, string Project, string Target, string File, string Command, IReadOnlyList<string> Grants);

/// <summary>Of <c>doctor</c>: works is whether a step with all at its default would run; facts by name.</summary>
internal sealed record DoctorDocument(bool Works, IReadOnlyDictionary<string, string> Facts, IReadOnlyList<VerdictDocument> Isolations, IReadOnlyList<VerdictDocument> Strategies) : Document;

/// <summary>What a trial said of one way to make a sandbox; the diagnostic says why it does not work, and how to change that.</summary>
internal sealed record VerdictDocument(string Name, bool Default, bool Works, DiagnosticDocument? Diagnostic);

/// <summary>Of <c>log</c>: the lines of the audit log that were asked for, as they are in it.</summary>
internal sealed record LogDocument(IReadOnlyList<AuditEntry> Steps) : Document;

/// <summary>Of a command that failed.</summary>
internal sealed record ErrorDocument(DiagnosticDocument Error) : Document;

/// <summary>Writing without reflection. What is not ASCII is escaped, so that no name can harm a terminal.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListDocument))]
[JsonSerializable(typeof(ShowDocument))]
[JsonSerializable(typeof(BackupDocument))]
[JsonSerializable(typeof(UndoDocument))]
[JsonSerializable(typeof(CleaningDocument))]
[JsonSerializable(typeof(ResultDocument))]
[JsonSerializable(typeof(DiffDocument))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(AllowDocument))]
[JsonSerializable(typeof(AnswersDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(LogDocument))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class DocumentJson : JsonSerializerContext;
