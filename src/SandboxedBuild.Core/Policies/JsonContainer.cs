using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>An object or a list in a text of JSON with comments, and where something can be put in at its end.</summary>
/// <param name="Text">The whole text.</param>
/// <param name="Open">Where its opening bracket is.</param>
/// <param name="Close">Where its closing bracket is.</param>
/// <param name="Starts">Where each of its members begins.</param>
/// <param name="LastEnd">Behind its last member; meaningless without one.</param>
internal sealed record JsonContainer(string Text, int Open, int Close, ImmutableArray<int> Starts, int LastEnd)
{
    private const string WhiteSpace = " \t\r\n";
    private static readonly char[] s_lineEnds = ['\r', '\n'];

    /// <summary>How the text ends its lines.</summary>
    public string NewLine => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : Text.Contains('\n', StringComparison.Ordinal) ? "\n" : Text.Contains('\r', StringComparison.Ordinal) ? "\r" : "\n";

    /// <summary>Whether a new member has lines of its own: after the last one there is the end of a line.</summary>
    public bool IsOnLines => Behind.IndexOfAny(s_lineEnds) >= 0;

    /// <summary>Whether there is nothing at all between the brackets.</summary>
    public bool IsBlank => Close == Open + 1;

    private string Behind => Text[(Starts.IsEmpty ? Open + 1 : LastEnd)..Close];

    /// <summary>What a member's line begins with: the same as that of the last one that begins a line.</summary>
    /// <param name="unit">By how much members are set in where none shows it.</param>
    public string Indentation(string unit) =>
        Starts.LastOrDefault(IsFirstOnLine, -1) is >= 0 and var start ? LineStart(start)
        : IsFirstOnLine(Close) ? LineStart(Close) + unit
        : LineStart(Open) + unit;

    /// <summary>By how much the first member on a line of its own is set in.</summary>
    public string Unit => Starts.FirstOrDefault(IsFirstOnLine, -1) is >= 0 and var start && LineStart(start) is { Length: > 0 } indentation && LineStart(Open).Length == 0 ? indentation : "  ";

    /// <summary>The text with a member more, at the end of this container; nothing else of it changes.</summary>
    /// <param name="member">The member.</param>
    /// <param name="onLines">Whether it stands on lines of its own.</param>
    /// <param name="unit">By how much members are set in where none shows it.</param>
    public string With(string member, bool onLines, string unit)
    {
        // Behind comments, which belong to what is before them. A comma stands behind the last member itself.
        var end = Text[..Close].TrimEnd(WhiteSpace.ToCharArray()).Length;
        var trailing = !Starts.IsEmpty && HasComma(LastEnd);
        var before = onLines ? NewLine + Indentation(unit) : " ";
        var after = onLines && Text.IndexOfAny(s_lineEnds, end, Close - end) < 0 ? NewLine + LineStart(Open)
            : !onLines && Starts.IsEmpty && end == Close ? " "
            : string.Empty;
        var added = Text.Insert(end, before + member + (trailing ? "," : string.Empty) + after);
        return Starts.IsEmpty || trailing ? added : added.Insert(LastEnd, ",");
    }

    /// <summary>The white space with which a position's line begins.</summary>
    private string LineStart(int position)
    {
        var start = position == 0 ? 0 : Text.LastIndexOfAny(s_lineEnds, position - 1) + 1;
        var length = 0;
        while (start + length < position && Text[start + length] is ' ' or '\t')
        {
            length++;
        }

        return Text.Substring(start, length);
    }

    private bool IsFirstOnLine(int position) => LineStart(position) is var indentation && position > indentation.Length && s_lineEnds.Contains(Text[position - indentation.Length - 1]);

    /// <summary>Whether a comma follows that is in no comment.</summary>
    private bool HasComma(int from)
    {
        for (var at = from; at < Close; at++)
        {
            switch (Text[at])
            {
                case ',':
                    return true;
                case '/' when Text[at + 1] == '*':
                    at = Text.IndexOf("*/", at + 2, StringComparison.Ordinal) + 1;
                    break;
                case '/':
                    at = Text.IndexOfAny(s_lineEnds, at);
                    break;
            }
        }

        return false;
    }
}
