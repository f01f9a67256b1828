using System.Text;
using DiffPlex;

namespace SandboxedBuild.Diffs;

/// <summary>The unified format (diff(1), "Detailed Unified").</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>
    /// The time that a diff takes grows with the lines times the differences. With more lines than these, what lies between the first
    /// and the last difference is replaced as a whole: longer than need be, and as right.
    /// </summary>
    private const int MostLinesCompared = 10_000;

    /// <summary>The hunks that turn one text into another; empty for equal ones.</summary>
    public static string Hunks(string oldText, string newText)
    {
        var (before, after) = (TextLines.Of(oldText), TextLines.Of(newText));
        var text = new StringBuilder();
        var blocks = Blocks(before, after);
        for (var first = 0; first < blocks.Count;)
        {
            var last = first;
            while (last + 1 < blocks.Count && blocks[last + 1].Start - blocks[last].End <= 2 * Context)
            {
                last++;
            }

            Hunk(text, before, after, blocks[first..(last + 1)]);
            first = last + 1;
        }

        return text.ToString();
    }

    private static List<Block> Blocks(string[] before, string[] after)
    {
        var prefix = before.AsSpan().CommonPrefixLength(after, StringComparer.Ordinal);
        var suffix = 0;
        while (suffix < Math.Min(before.Length, after.Length) - prefix && before[^(suffix + 1)] == after[^(suffix + 1)])
        {
            suffix++;
        }

        var (oldPart, newPart) = (before[prefix..^suffix], after[prefix..^suffix]);
        if (oldPart.Length == 0 && newPart.Length == 0)
        {
            return [];
        }

        if (oldPart.Length == 0 || newPart.Length == 0 || oldPart.Length + newPart.Length > MostLinesCompared)
        {
            return [new(prefix, oldPart.Length, prefix, newPart.Length)];
        }

        var diff = new Differ().CreateCustomDiffs(string.Concat(oldPart), string.Concat(newPart), ignoreWhiteSpace: false, TextLines.Of);
        return [.. diff.DiffBlocks.Select(block => new Block(prefix + block.DeleteStartA, block.DeleteCountA, prefix + block.InsertStartB, block.InsertCountB))];
    }

    private static void Hunk(StringBuilder text, string[] before, string[] after, List<Block> blocks)
    {
        var start = Math.Max(0, blocks[0].Start - Context);
        var end = Math.Min(before.Length, blocks[^1].End + Context);
        var newStart = start + blocks[0].NewStart - blocks[0].Start;
        var newLength = end - start + blocks.Sum(static block => block.NewLength - block.Length);
        text.Append("@@ -").Append(Range(start, end - start)).Append(" +").Append(Range(newStart, newLength)).Append(" @@\n");

        var position = start;
        foreach (var block in blocks)
        {
            Lines(text, ' ', before.AsSpan(position..block.Start));
            Lines(text, '-', before.AsSpan(block.Start, block.Length));
            Lines(text, '+', after.AsSpan(block.NewStart, block.NewLength));
            position = block.End;
        }

        Lines(text, ' ', before.AsSpan(position..end));
    }

    /// <summary>Lines count from 1; an empty range names the line before it, and a range of one line has no length.</summary>
    private static string Range(int start, int length) => length switch
    {
        0 => $"{start},0",
        1 => $"{start + 1}",
        _ => $"{start + 1},{length}",
    };

    private static void Lines(StringBuilder text, char mark, ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            text.Append(mark).Append(line);
            if (!line.EndsWith('\n'))
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }

    /// <summary>Lines that are replaced by others.</summary>
    private sealed record Block(int Start, int Length, int NewStart, int NewLength)
    {
        public int End => Start + Length;
    }
}
