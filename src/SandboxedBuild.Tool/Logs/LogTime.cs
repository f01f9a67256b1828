using System.Globalization;

namespace SandboxedBuild.Tool.Logs;

/// <summary>A point in time as people type it.</summary>
internal static class LogTime
{
    private static readonly Dictionary<char, TimeSpan> s_units = new() { ['s'] = TimeSpan.FromSeconds(1), ['m'] = TimeSpan.FromMinutes(1), ['h'] = TimeSpan.FromHours(1), ['d'] = TimeSpan.FromDays(1), ['w'] = TimeSpan.FromDays(7) };

    /// <summary>How long ago, <c>12h</c>, or when: <c>2026-01-31</c>, with a time or without, on the clock here unless it says another one. Null if it is neither.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        const int Longest = 100_000;
        return text.Length > 1 && s_units.TryGetValue(text[^1], out var unit) && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count <= Longest ? now - (count * unit) : null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) ? time
            : null;
    }
}
