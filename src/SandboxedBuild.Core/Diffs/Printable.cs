using System.Buffers;
using System.Globalization;
using System.Text;

namespace SandboxedBuild.Diffs;

/// <summary>
/// Text that others had a hand in (names of files, words of programs), made fit for a terminal: what would move the cursor, recolour,
/// retitle or turn the line around shows as <c>\xNN</c>, the bytes that it is made of.
/// </summary>
internal static class Printable
{
    /// <summary>A line's text.</summary>
    public static string Of(string text) => text.EnumerateRunes().Any(IsHarmful) ? OfBytes(Encoding.UTF8.GetBytes(text)) : text;

    /// <summary>A line's bytes: those that are no UTF-8 show as <c>\xNN</c>, too.</summary>
    public static string OfBytes(ReadOnlySpan<byte> bytes)
    {
        var safe = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            _ = valid && !IsHarmful(rune) ? safe.Append(rune) : Escape(safe, bytes[..length]);
            bytes = bytes[length..];
        }

        return safe.ToString();
    }

    private static StringBuilder Escape(StringBuilder safe, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            safe.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }

        return safe;
    }

    /// <summary>Format characters have no shape of their own, and some write what follows from right to left (CVE-2021-42574).</summary>
    private static bool IsHarmful(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
