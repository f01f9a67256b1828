using System.Text;
using SandboxedBuild.Paths;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Diffs;

/// <summary>Names as git writes them in patches: in quotes, as in C, where a name could be taken for something else (git-config(1), core.quotePath).</summary>
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

    /// <summary>The name behind <c>---</c> or <c>+++</c>: a tab ends one with spaces, for a time could follow.</summary>
    public static string InHeader(string side, BytePath path) => Of(side, path) is var name && name.Contains(' ', StringComparison.Ordinal) && name[0] != '"' ? name + "\t" : name;

    private static bool NeedsQuotes(ReadOnlySpan<byte> name)
    {
        if (name.ContainsAny("\"\\"u8))
        {
            return true;
        }

        var text = Encoding.UTF8.GetString(name);
        return Printable.Of(text).Length != text.Length || text.Contains('\ufffd', StringComparison.Ordinal);
    }
}
