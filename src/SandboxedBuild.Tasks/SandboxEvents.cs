using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Build.Framework;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Events for the binlog: a message that people read, flat metadata, and JSON in <c>ExtendedData</c>, whose form is given by its
/// <c>version</c>. An extended message it is, for custom event classes come out of a binlog as one anyway.
/// </summary>
internal static class SandboxEvents
{
    private const int Version = 1;

    public static void Gate(IBuildEngine engine, StepIdentity step, Admission admission, StepAccess access) =>
        Gate(engine, step, admission.Reason.ToString(), admission.Describe(step.Target), access, admission, code: null);

    public static void Denied(IBuildEngine engine, StepIdentity step, StepAccess asked, Diagnostic refusal) =>
        Gate(engine, step, "Denied", $"The step of target {step.Target} is denied ({refusal.Code}).", asked, admission: null, refusal.Code);

    public static void Step(IBuildEngine engine, StepData data)
    {
        var metadata = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["target"] = data.Target,
            ["command"] = data.Command,
            ["exitCode"] = data.ExitCode?.ToString(CultureInfo.InvariantCulture),
            ["outcome"] = data.Outcome,
            ["overlay"] = data.Overlay,
            ["milliseconds"] = data.Milliseconds.ToString(CultureInfo.InvariantCulture),
        };
        var end = data.ExitCode is { } code ? $"exit code {code}" : "no exit code";
        var text = $"{(data.Isolation == nameof(Isolation.None) ? "Unsandboxed" : "Sandboxed")} step of {data.Target}: {end}{(data.Failure is { } failure ? $" ({failure.ToLowerInvariant()})" : string.Empty)}, {ChangeSummary.Words(data.Outcome)}, {data.Milliseconds} ms";
        Log(engine, "SandboxedBuild.Step", text, metadata, JsonSerializer.Serialize(data, SandboxEventsJson.Default.StepData));
    }

    public static void Violation(IBuildEngine engine, StepIdentity step, Violation violation)
    {
        var data = new ViolationData(
            Version,
            step.Target,
            step.File,
            violation.Kind.ToString(),
            violation.Subject,
            violation.Evidence,
            violation.Remedy,
            violation.Call?.Name,
            violation.Call?.Process,
            violation.Call?.CommandLine,
            violation.Call?.Time.ToString("O", CultureInfo.InvariantCulture));
        var metadata = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["target"] = data.Target,
            ["kind"] = data.Kind,
            ["subject"] = data.Subject,
            ["evidence"] = data.Evidence,
            ["remedy"] = data.Remedy,
        };
        Log(engine, "SandboxedBuild.Violation", $"Refused to {data.Target}: {data.Kind} {data.Subject}", metadata, JsonSerializer.Serialize(data, SandboxEventsJson.Default.ViolationData));
    }

    public static void ChangeSet(IBuildEngine engine, string overlay, string message, IReadOnlyCollection<Change> changes, Outcome outcome)
    {
        var metadata = new Dictionary<string, string?>(StringComparer.Ordinal) { ["overlay"] = overlay, ["outcome"] = outcome.ToString() };
        foreach (var kind in new[] { ChangeKind.Added, ChangeKind.Modified, ChangeKind.Deleted, ChangeKind.Renamed })
        {
            metadata[kind.ToString().ToLowerInvariant()] = changes.Count(change => change.Kind == kind).ToString(CultureInfo.InvariantCulture);
        }

        var data = new ChangeSetData(Version, overlay, outcome.ToString(), [.. changes.Select(ToData)]);
        Log(engine, "SandboxedBuild.ChangeSet", message, metadata, JsonSerializer.Serialize(data, SandboxEventsJson.Default.ChangeSetData), MessageImportance.Normal);
    }

    private static void Gate(IBuildEngine engine, StepIdentity step, string decision, string message, StepAccess access, Admission? admission, string? code)
    {
        var command = step.HidesCommand ? null : step.Command;
        var metadata = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["target"] = step.Target,
            ["command"] = command,
            ["decision"] = decision,
            ["rule"] = admission?.Rule is { } rule ? $"{admission.File!.Path}({rule.Line},{rule.Column})" : null,
        };
        var data = new GateData(
            Version,
            decision,
            code,
            step.Target,
            step.File,
            command,
            admission?.File?.Path,
            admission?.Rule?.Line,
            access.Network.ToString(),
            [.. access.PathTexts],
            [.. access.Environment]);
        Log(engine, "SandboxedBuild.Gate", message, metadata, JsonSerializer.Serialize(data, SandboxEventsJson.Default.GateData));
    }

    private static ChangeData ToData(Change change) => new(
        change.Kind.ToString(),
        change.Type.ToString(),
        change.Root.Path,
        change.Path.ToString(),
        change.RenamedFrom?.ToString(),
        change.Size,
        "0" + Convert.ToString(change.Mode, 8).PadLeft(3, '0'));

    public static void Log(IBuildEngine engine, string type, string message, Dictionary<string, string?> metadata, string data, MessageImportance importance = MessageImportance.Low) =>
        engine.LogMessageEvent(new ExtendedBuildMessageEventArgs(type, message, helpKeyword: null, senderName: "SandboxedBuild", importance)
        {
            ExtendedMetadata = metadata,
            ExtendedData = data,
        });
}

/// <summary>The JSON of a <c>SandboxedBuild.Gate</c> event: what was decided of a step, by which rule, and what it gets, or would have got.</summary>
internal sealed record GateData(
    int Version,
    string Decision,
    string? Code,
    string Target,
    string File,
    string? Command,
    string? PolicyFile,
    int? Line,
    string Network,
    string[] Paths,
    string[] Environment);

/// <summary>The JSON of a <c>SandboxedBuild.ChangeSet</c> event.</summary>
internal sealed record ChangeSetData(int Version, string Overlay, string Outcome, ChangeData[] Changes);

/// <summary>One change in it; <c>path</c> and <c>oldPath</c> are below <c>root</c>.</summary>
internal sealed record ChangeData(string Kind, string Type, string Root, string Path, string? OldPath, long Size, string Mode);

/// <summary>The JSON of a <c>SandboxedBuild.Violation</c> event; docs/violations.md says what is in it.</summary>
internal sealed record ViolationData(
    int Version,
    string Target,
    string File,
    string Kind,
    string Subject,
    string Evidence,
    string Remedy,
    string? SystemCall,
    int? Process,
    string? CommandLine,
    string? Time);

/// <summary>Writing without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GateData))]
[JsonSerializable(typeof(StepData))]
[JsonSerializable(typeof(ChangeSetData))]
[JsonSerializable(typeof(ViolationData))]
[JsonSerializable(typeof(PatchData))]
[JsonSerializable(typeof(ReadsData))]
internal sealed partial class SandboxEventsJson : JsonSerializerContext;
