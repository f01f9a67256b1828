using System.Globalization;

namespace SandboxedBuild.Progress;

/// <summary>How far something that takes its time has come.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Done">How many entries it has dealt with: files, directories and others.</param>
/// <param name="Total">Of how many; null where nobody knows before.</param>
/// <param name="Bytes">What was copied of their contents; what the filesystem shares does not count.</param>
/// <param name="Root">The path of the root that it is about; null for all.</param>
public sealed record WorkProgress(WorkKind Kind, long Done, long? Total = null, long Bytes = 0, string? Root = null)
{
    /// <summary>In words: <c>Copying /src: 12,000 entries, 1228 MB so far</c>, <c>Committing: 8,000 of 20,000 entries</c>.</summary>
    public string Describe()
    {
        var count = string.Create(CultureInfo.InvariantCulture, $"{Done:N0}{(Total is { } total ? string.Create(CultureInfo.InvariantCulture, $" of {total:N0}") : string.Empty)} {((Total ?? Done) == 1 ? "entry" : "entries")}");
        return $"{Kind}{(Root is null ? string.Empty : $" {Root}")}: {count}{(Bytes > 0 ? $", {Limits.Bytes.Display(Bytes)}" : string.Empty)}{(Total is null ? " so far" : string.Empty)}";
    }
}
