using System.Globalization;

namespace SandboxedBuild.Policies;

/// <summary>Sizes and times as people write them.</summary>
internal static class Quantity
{
    /// <summary>What a size looks like, for messages.</summary>
    public const string SizeForm = "a whole number with K, M, G or T for powers of 1024, such as \"512M\" or \"2G\"";

    /// <summary>What a time looks like, for messages.</summary>
    public const string TimeForm = "a whole number with s, m or h, such as \"90s\" or \"10m\"";

    /// <summary>The bytes of a size, or null when it is none.</summary>
    public static long? Size(string text) => Of(text, "KMGT".IndexOf(text.LastOrDefault('-'), StringComparison.Ordinal) is >= 0 and var power ? 1L << (10 * (power + 1)) : 0);

    /// <summary>A time, or null when it is none.</summary>
    public static TimeSpan? Time(string text) =>
        Of(text, text.LastOrDefault() switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 }) is { } seconds and <= int.MaxValue && !char.IsAsciiDigit(text[^1]) ? TimeSpan.FromSeconds(seconds) : null;

    private static long? Of(string text, long unit) =>
        long.TryParse(unit == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= long.MaxValue / Math.Max(unit, 1)
            ? number * Math.Max(unit, 1)
            : null;
}
