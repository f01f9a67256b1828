using System.Text;
using SandboxedBuild.Diffs;
using SandboxedBuild.Overlays;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Diffs;

/// <summary>Writes differences: to a pipe or a file byte by byte, so that they can be applied; to a terminal made harmless, in colours.</summary>
internal static class DiffOutput
{
    public static void WriteTo(Stream stream, IEnumerable<FileDiff> diffs, IReadOnlyCollection<OverlayRoot> roots)
    {
        foreach (var text in Texts(diffs, roots))
        {
            stream.Write(Encoding.Latin1.GetBytes(text));
        }
    }

    public static void WriteTo(Printer printer, IEnumerable<FileDiff> diffs, IReadOnlyCollection<OverlayRoot> roots)
    {
        foreach (var line in Texts(diffs, roots).SelectMany(TextLines.Of))
        {
            // Tabs are the one control character that text is full of.
            var pieces = line.TrimEnd('\n').Split('\t').Select(static piece => Printable.OfBytes(Encoding.Latin1.GetBytes(piece)));
            printer.Tabbed(pieces, InkOf(line));
        }
    }

    /// <summary>With several roots, each part says where it is to be applied: <c>patch -d ROOT -p1</c>.</summary>
    private static IEnumerable<string> Texts(IEnumerable<FileDiff> diffs, IReadOnlyCollection<OverlayRoot> roots)
    {
        OverlayRoot? root = null;
        foreach (var diff in diffs)
        {
            if (roots.Count > 1 && root != diff.Change.Root)
            {
                root = diff.Change.Root;
                yield return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes($"# in {Printable.Of(root.Path)}\n"));
            }

            yield return diff.Text;
        }
    }

    private static Ink InkOf(string line) => line switch
    {
        ['@', '@', ..] => Ink.Cyan,
        ['-', '-', '-', ' ', ..] or ['+', '+', '+', ' ', ..] => Ink.Bold,
        ['-', ..] => Ink.Red,
        ['+', ..] => Ink.Green,
        [' ', ..] => Ink.Plain,
        ['#', ..] => Ink.Yellow,
        _ => Ink.Bold,
    };
}
