using System.Globalization;
using System.Text.Json;
using Microsoft.Build.Framework;
using SandboxedBuild.Changes;
using SandboxedBuild.Diffs;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Tasks;

/// <summary>
/// What a step changed line by line, in the binlog (<c>SandboxEmbedPatch</c>). An event it is, and no embedded file: a task has no way to embed one
/// (docs/adr/0019-patches-are-events.md).
/// </summary>
internal static class PatchEvent
{
    private const int Version = 1;

    /// <summary>Logs the diffs of those changes that came of it.</summary>
    public static void Log(IBuildEngine engine, string target, string overlay, IReadOnlyCollection<Change> changes, IReadOnlyCollection<KeptDiff> diffs)
    {
        var told = changes.Select(static change => (change.Root, change.Path)).ToHashSet();
        PatchFileData[] files = [.. diffs.Where(diff => told.Contains((diff.Change.Root, diff.Change.Path))).Select(ToData)];
        var without = files.Count(static file => file.Patch is null);
        var metadata = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["target"] = target,
            ["overlay"] = overlay,
            ["files"] = files.Length.ToString(CultureInfo.InvariantCulture),
        };
        var text = $"{target}: the patch of {files.Length} {(files.Length == 1 ? "file" : "files")}{(without > 0 ? $", {without} of them by size and hash only" : string.Empty)}";
        SandboxEvents.Log(engine, "SandboxedBuild.Patch", text, metadata, JsonSerializer.Serialize(new PatchData(Version, target, overlay, files), SandboxEventsJson.Default.PatchData));
    }

    private static PatchFileData ToData(KeptDiff diff) =>
        new(diff.Change.Root.Path, diff.Change.Path.ToString(), diff.Patch, diff.Omission?.ToString(), diff.OldSize, diff.Size, diff.OldSha256, diff.Sha256);
}

/// <summary>The JSON of a <c>SandboxedBuild.Patch</c> event.</summary>
internal sealed record PatchData(int Version, string Target, string Overlay, PatchFileData[] Files);

/// <summary>
/// One file in it: its part of a patch in git's format; or why there is none (<c>NotText</c>, <c>TooLong</c>, <c>Full</c>), with sizes and, of what is no text,
/// hashes.
/// </summary>
internal sealed record PatchFileData(string Root, string Path, string? Patch, string? Omitted, long? OldSize, long? Size, string? OldSha256, string? Sha256);
