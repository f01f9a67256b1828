using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Build.Utilities;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Text for items and metadata, in which MSBuild gives some characters a meaning and writes them as <c>%XX</c>. The backslash is among
/// them here: item paths have it turned into a slash, and on Linux it is a character of names like any other.
/// </summary>
internal static class Escaping
{
    private static readonly SearchValues<char> s_special = SearchValues.Create("%*?@$();'\\");

    public static TaskItem Item(string path) => new(Escape(path));

    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny(s_special) < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (s_special.Contains(character))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{(int)character:x2}");
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }

    /// <summary>What MSBuild takes an escaped text for; metadata is where it says so itself without changing anything else.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var item = new TaskItem("text");
        item.SetMetadata("Text", text);
        return item.GetMetadata("Text");
    }
}
