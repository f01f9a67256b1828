using SandboxedBuild.Tool.Reports.Binlogs;

namespace SandboxedBuild.Tool.Reports;

/// <summary>What a step has read, as far as a report has it.</summary>
internal static class ReportOfReads
{
    private const int MostListed = 1000;

    public static ReportReads Of(ReadsData data)
    {
        var files = (data.Files ?? []).OfType<ReadFileData>().Where(static file => file.Path is not null).ToList();
        return new(
            files.Count,
            [.. files.Take(MostListed).Select(static file => new ReportRead(file.Root ?? string.Empty, file.Path!, file.Target))],
            [.. (data.Outside ?? []).OfType<ReadPlaceData>().Where(static place => place.Place is not null).Select(static place => new ReportReadPlace(place.Place!, place.Files ?? 0))],
            data.Missing?.Length ?? 0,
            data.IsCut ?? false);
    }

    /// <summary>The numbers in words.</summary>
    public static string Words(ReportReads reads) => string.Join("; ", new[]
    {
        $"{reads.Files} {(reads.Files == 1 ? "file" : "files")} of its roots",
        reads.Outside.Count == 0 ? null : string.Join(", ", reads.Outside.Select(static place => $"{place.Files} in {place.Place}")),
        reads.Missing == 0 ? null : $"looked for {reads.Missing} in vain",
        reads.IsCut ? "there was more" : null,
    }.OfType<string>());
}
