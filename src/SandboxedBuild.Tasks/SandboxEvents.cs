using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Build.Framework;
using SandboxedBuild.Changes;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Events for the binlog: a message that people read, flat metadata, and JSON in <c>ExtendedData</c>, whose form is given by its
/// <c>version</c>. An extended message it is, for custom event classes come out of a binlog as one anyway.
/// </summary>
internal static class SandboxEvents
{
    private const int Version = 1;

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
        var text = $"Sandboxed step of {data.Target}: {(data.ExitCode is { } code ? $"exit code {code}" : "the command did not end by itself")}, {data.Outcome}, {data.Milliseconds} ms";
        Log(engine, "SandboxedBuild.Step", text, metadata, JsonSerializer.Serialize(data with { Version = Version }, SandboxEventsJson.Default.StepData));
    }

    public static void ChangeSet(IBuildEngine engine, string overlay, string message, IReadOnlyCollection<Change> changes, Outcome outcome)
    {
        var metadata = new Dictionary<string, string?>(StringComparer.Ordinal) { ["overlay"] = overlay, ["outcome"] = outcome.ToString() };
        foreach (var kind in new[] { ChangeKind.Added, ChangeKind.Modified, ChangeKind.Deleted, ChangeKind.Renamed })
        {
            metadata[kind.ToString().ToLowerInvariant()] = changes.Count(change => change.Kind == kind).ToString(CultureInfo.InvariantCulture);
        }

        var data = new ChangeSetData(Version, overlay, outcome.ToString(), [.. changes.Select(ToData)]);
        Log(engine, "SandboxedBuild.ChangeSet", message, metadata, JsonSerializer.Serialize(data, SandboxEventsJson.Default.ChangeSetData));
    }

    private static ChangeData ToData(Change change) => new(
        change.Kind.ToString(),
        change.Type.ToString(),
        change.Root.Path,
        change.Path.ToString(),
        change.RenamedFrom?.ToString(),
        change.Size,
        "0" + Convert.ToString(change.Mode, 8).PadLeft(3, '0'));

    private static void Log(IBuildEngine engine, string type, string message, Dictionary<string, string?> metadata, string data) =>
        engine.LogMessageEvent(new ExtendedBuildMessageEventArgs(type, message, helpKeyword: null, senderName: "SandboxedBuild", MessageImportance.Low)
        {
            ExtendedMetadata = metadata,
            ExtendedData = data,
        });
}

/// <summary>The JSON of a <c>SandboxedBuild.Step</c> event.</summary>
internal sealed record StepData(
    int Version,
    string Target,
    string File,
    string Command,
    int? ExitCode,
    string Outcome,
    string Overlay,
    string[] Roots,
    string Strategy,
    string Isolation,
    string Network,
    string? Rule,
    long Milliseconds);

/// <summary>The JSON of a <c>SandboxedBuild.ChangeSet</c> event.</summary>
internal sealed record ChangeSetData(int Version, string Overlay, string Outcome, ChangeData[] Changes);

/// <summary>One change in it; <c>path</c> and <c>oldPath</c> are below <c>root</c>.</summary>
internal sealed record ChangeData(string Kind, string Type, string Root, string Path, string? OldPath, long Size, string Mode);

/// <summary>Writing without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StepData))]
[JsonSerializable(typeof(ChangeSetData))]
internal sealed partial class SandboxEventsJson : JsonSerializerContext;
