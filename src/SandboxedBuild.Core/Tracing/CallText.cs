using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace SandboxedBuild.Tracing;

/// <summary>
/// A call as strace writes it: <c>openat(AT_FDCWD&lt;/src&gt;, "file", O_RDONLY) = -1 ENOENT (No such file or directory)</c>. Everything that comes from the command is in quotes or angle
/// brackets, with escapes for what would end them, so that no name can look like something else.
/// </summary>
/// <param name="Name">The call's name.</param>
/// <param name="Arguments">What is between the parentheses, as it is.</param>
/// <param name="Words">The strings in it, in order.</param>
/// <param name="Result">The number that it returned; null where there is none.</param>
/// <param name="Error">The error's name; null without one.</param>
/// <param name="Remark">What stands behind the result.</param>
internal sealed record CallText(string Name, string Arguments, ImmutableArray<TracedWord> Words, long? Result, string? Error, string Remark)
{
    /// <summary>What was opened, without symlinks; null where the result is no descriptor of a file.</summary>
    public string? Opened { get; private init; }

    /// <summary>The directory that a call is about that has a descriptor and no string (fchdir); null where it has none.</summary>
    public string? Directory { get; private init; }

    /// <summary>What stands behind the last string: the flags of an open, which no name can forge.</summary>
    public string Flags => Arguments[(Arguments.LastIndexOf(Quote) + 1)..];

    private const char Quote = '"';

    /// <summary>Reads it; null if it is something else: the end of a process, a part of a call.</summary>
    public static CallText? Read(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0 || !IsName(text.AsSpan(0, open)))
        {
            return null;
        }

        var words = ImmutableArray.CreateBuilder<TracedWord>();
        string? directory = null;
        var depth = 0;
        for (var index = open; index < text.Length; index++)
        {
            switch (text[index])
            {
                case Quote:
                    words.Add(new(Unescape(text, ref index, Quote), directory));
                    directory = null;
                    break;
                case '<' when index > 0 && (char.IsAsciiDigit(text[index - 1]) || text[index - 1] == 'D'):
                    directory = Unescape(text, ref index, '>');
                    break;
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ')' or ']' or '}' when --depth == 0:
                    return ReadResult(text[..open], text[(open + 1)..index], words.ToImmutable(), text[(index + 1)..]) is { } call ? call with { Directory = directory } : null;
            }
        }

        return null;
    }

    private static CallText? ReadResult(string name, string arguments, ImmutableArray<TracedWord> words, string rest)
    {
        var text = rest.TrimStart();
        if (!text.StartsWith("= ", StringComparison.Ordinal))
        {
            return null;
        }

        var parts = text[2..].Split(' ', 3);
        var number = parts[0].Split('<')[0];
        long? result = long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
        var error = result == -1 && parts.Length > 1 && parts[1].StartsWith('E') ? parts[1] : null;
        return new(name, arguments, words, result, error, parts.Length > 1 ? string.Join(' ', parts[1..]) : string.Empty) { Opened = ReadOpened(text) };
    }

    /// <summary><c>= 3&lt;/src/file&gt;</c>; a socket or a pipe has no path.</summary>
    private static string? ReadOpened(string text)
    {
        var index = 2;
        while (index < text.Length && char.IsAsciiDigit(text[index]))
        {
            index++;
        }

        return index > 2 && index < text.Length && text[index] == '<' && Unescape(text, ref index, '>') is ['/', ..] path ? path : null;
    }

    /// <summary>From behind the opening character to the closing one, on which the index is left.</summary>
    private static string Unescape(string text, ref int index, char end)
    {
        var bytes = new List<byte>();
        for (index++; index < text.Length && text[index] != end; index++)
        {
            if (text[index] != '\\' || index + 1 >= text.Length)
            {
                bytes.Add((byte)text[index]);
                continue;
            }

            index++;
            switch (text[index])
            {
                case 'x' when index + 2 < text.Length && byte.TryParse(text.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex):
                    bytes.Add(hex);
                    index += 2;
                    break;
                case >= '0' and <= '7':
                    var octal = 0;
                    for (var digits = 0; digits < 3 && index < text.Length && text[index] is >= '0' and <= '7'; digits++, index++)
                    {
                        octal = (octal * 8) + (text[index] - '0');
                    }

                    index--;
                    bytes.Add((byte)octal);
                    break;
                case var character:
                    bytes.Add((byte)(character switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'v' => '\v', 'f' => '\f', _ => character }));
                    break;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_')
            {
                return false;
            }
        }

        return true;
    }
}
