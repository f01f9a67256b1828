using System.Globalization;

namespace SandboxedBuild.Tracing;

/// <summary>A line of strace's output: who, when, and the text of the call or of a part of it.</summary>
/// <param name="Process">The process's or thread's number, outside of the sandbox.</param>
/// <param name="Time">When.</param>
/// <param name="Text">The rest.</param>
internal readonly record struct TraceLine(int Process, DateTimeOffset Time, string Text)
{
    /// <summary>Reads <c>PROCESS SECONDS.MICROSECONDS TEXT</c>; null if it is something else.</summary>
    public static TraceLine? Read(string line)
    {
        var first = line.IndexOf(' ', StringComparison.Ordinal);
        if (first < 0)
        {
            return null;
        }

        // Numbers of processes are padded to five places.
        var start = first;
        while (start < line.Length && line[start] == ' ')
        {
            start++;
        }

        var second = line.IndexOf(' ', start);
        return second > 0
            && int.TryParse(line.AsSpan(0, first), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && decimal.TryParse(line.AsSpan(start, second - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? new(process, DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)), line[(second + 1)..])
            : null;
    }
}
