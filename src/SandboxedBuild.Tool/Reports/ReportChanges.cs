using System.Text.Json;
using SandboxedBuild.Tool.Reports.Binlogs;

namespace SandboxedBuild.Tool.Reports;

/// <summary>A step's changes, each with its part of the patch.</summary>
internal static class ReportChanges
{
    public static IReadOnlyList<ReportChange> Of(ChangeSetData? changes, PatchData? patch, PatchBudget budget)
    {
        var files = new Dictionary<(string?, string?), PatchFileData>();
        foreach (var file in patch?.Files ?? [])
        {
            if (file is not null)
            {
                files.TryAdd((file.Root, file.Path), file);
            }
        }

        return [.. (changes?.Changes ?? []).OfType<ChangeData>().Select(change => Of(change, files.GetValueOrDefault((change.Root, change.Path)), budget))];
    }

    private static ReportChange Of(ChangeData change, PatchFileData? file, PatchBudget budget)
    {
        var patch = budget.Take(file?.Patch);
        return new(Camel(change.Kind) ?? "modified", Camel(change.Type) ?? "file", change.Root ?? string.Empty, change.Path ?? string.Empty, change.OldPath, change.Size ?? 0, change.Mode)
        {
            Patch = patch,
            Omitted = patch is null && file?.Patch is not null ? "full" : Camel(file?.Omitted),
            OldSize = file?.OldSize,
            OldSha256 = file?.OldSha256,
            Sha256 = file?.Sha256,
        };
    }

    private static string? Camel(string? word) => word is null ? null : JsonNamingPolicy.CamelCase.ConvertName(word);
}

/// <summary>How much text of patches a report takes: a page of more is slow to open, and nobody reads it.</summary>
internal sealed class PatchBudget
{
    private int _left = 24 * 1024 * 1024;

    /// <summary>The patch, or null when there is no room for it.</summary>
    public string? Take(string? patch)
    {
        if (patch is null || patch.Length > _left)
        {
            return null;
        }

        _left -= patch.Length;
        return patch;
    }
}
