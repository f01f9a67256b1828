using System.Text;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Diffs;

/// <summary>
/// Names as git writes them in patches: in quotes, as in C, where a name could be taken for something else
/// (git-config(1), core.quotePath). One with spaces is quoted too: git itself would not, but patch(1) then takes it for several.
/// </summary>
internal static class PatchName
{
    /// <summary>A name in the form of <see cref="TextLines"/>: <c>a/docs/page.md</c>, <c>"b/new\nline"</c>.</summary>
    public static string Of(string side, BytePath path)
    {
        var plain = side + Encoding.Latin1.GetString(path.Bytes);
        if (!NeedsQuotes(path.Bytes))
        {
            return plain;
        }

        var quoted = new StringBuilder("\"");
        foreach (var character in plain)
        {
            _ = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                < ' ' or >= '\x7f' => quoted.Append('\\').Append(Convert.ToString(character, 8).PadLeft(3, '0')),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static bool NeedsQuotes(ReadOnlySpan<byte> name)
    {
        if (name.ContainsAny(" \"\\"u8))
        {
            return true;
        }

        var text = Encoding.UTF8.GetString(name);
        return Printable.Of(text).Length != text.Length || text.Contains('\ufffd', StringComparison.Ordinal);
    }
}
