using System.Globalization;
using System.Text.Json;
using Microsoft.Build.Framework;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Tasks;

/// <summary>What a step has read, in the binlog. An event of its own: it may be long, and most steps have none.</summary>
internal static class ReadsEvent
{
    private const int Version = 1;

    public static void Log(IBuildEngine engine, SandboxedStep step, StepReads reads, bool isWhole)
    {
        var data = new ReadsData(
            Version,
            step.Identity.Target,
            step.Identity.File,
            step.Overlay!.Id,
            [.. reads.Files.Select(static read => new ReadFileData(read.Root, Path.GetRelativePath(read.Root, read.Path), read.Target == read.Path ? null : read.Target))],
            [.. reads.Missing],
            [.. reads.Places.Select(place => new ReadPlaceData(place.Place, place.Count, isWhole ? [.. reads.Outside.Where(read => read.Root == place.Place).Select(static read => read.Target)] : null))],
            reads.IsCut);
        var metadata = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["target"] = data.Target,
            ["overlay"] = data.Overlay,
            ["files"] = Number(data.Files.Length),
            ["missing"] = Number(data.Missing.Length),
            ["outside"] = Number(reads.Outside.Length),
        };
        SandboxEvents.Log(engine, "SandboxedBuild.Reads", Text(data.Target, reads), metadata, JsonSerializer.Serialize(data, SandboxEventsJson.Default.ReadsData));
    }

    private static string Text(string target, StepReads reads) =>
        $"{target} read {reads.Files.Length} {(reads.Files.Length == 1 ? "file" : "files")} of its roots and {reads.Outside.Length} elsewhere{(reads.Missing.IsEmpty ? string.Empty : $", and looked for {reads.Missing.Length} in vain")}{(reads.IsCut ? "; there was more" : string.Empty)}";

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The JSON of a <c>SandboxedBuild.Reads</c> event; docs/reads.md says what is in it.</summary>
internal sealed record ReadsData(int Version, string Target, string File, string Overlay, ReadFileData[] Files, string[] Missing, ReadPlaceData[] Outside, bool IsCut);

/// <summary>A file in it; <c>path</c> is relative to <c>root</c>, and <c>target</c> is the file behind the symlinks that are in it, if there are some.</summary>
internal sealed record ReadFileData(string Root, string Path, string? Target);

/// <summary>Files outside of the roots: how many, and with <c>SandboxTrackReads=All</c> which.</summary>
internal sealed record ReadPlaceData(string Place, int Files, string[]? Paths);
