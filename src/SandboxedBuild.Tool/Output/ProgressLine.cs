using System.Globalization;
using SandboxedBuild.Diffs;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Tool.Output;

/// <summary>One line of a terminal that says how far something has come: <c>Committing [#####-----] 8,000 of 20,000 entries</c>.</summary>
internal static class ProgressLine
{
    private const string Turning = "|/-\\";
    private const int LongestBar = 30;
    private const int ShortestBar = 5;

    /// <summary>The line, in the ASCII that every terminal has, and a column less than the terminal, which would go on to its next line.</summary>
    /// <param name="what">What is done, until more is known.</param>
    /// <param name="progress">How far it has come.</param>
    /// <param name="columns">How wide the terminal is.</param>
    /// <param name="turn">The number of the picture: what has no end that is known shows that it goes on.</param>
    public static string Of(string what, WorkProgress? progress, int columns, int turn)
    {
        var text = progress is { Total: > 0 and var total } ? Bar(progress, total, columns) : $"{Turning[turn % Turning.Length]} {progress?.Describe() ?? what}";
        return Cut(Printable.Of(text), columns - 1);
    }

    /// <summary>Names may have characters that are two columns wide; which ones, terminals do not agree on, so all that are not ASCII count for two.</summary>
    private static string Cut(string text, int columns)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns -= rune.IsAscii ? 1 : 2;
            if (columns < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static string Bar(WorkProgress progress, long total, int columns)
    {
        var count = string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of {total:N0}");
        var room = Math.Min(LongestBar, columns - 1 - progress.Kind.ToString().Length - count.Length - " [] ".Length);
        var done = room < ShortestBar ? 0 : (int)(room * (double)Math.Min(progress.Done, total) / total);
        return room < ShortestBar ? $"{progress.Kind} {count}" : $"{progress.Kind} [{new string('#', done)}{new string('-', room - done)}] {count}";
    }
}
