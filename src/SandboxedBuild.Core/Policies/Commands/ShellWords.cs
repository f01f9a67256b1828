using System.Text;

namespace SandboxedBuild.Policies;

/// <summary>Reads a word, piece by piece, and what is quoted and expanded in it (POSIX 2.2 and 2.6).</summary>
internal sealed class ShellWords(string script, bool inPattern, ShellLexer lexer)
{
    /// <summary>What stands for an asterisk without quotes in a pattern. No script has it.</summary>
    public const char Wildcard = '\0';

    /// <summary>What may follow a dollar sign that is only a dollar sign, to every shell.</summary>
    private const string AfterPlainDollar = " \t\n/.,:;=%+|)]}<>&^~";

    private readonly StringBuilder _text = new();
    private WordKind _kind;
    private bool _quoted;
    private bool _braces;

    /// <summary>How long the name is that the word begins with, without quotes, before an equals sign; null while it is read.</summary>
    private int? _nameLength;

    /// <summary>Reads the piece at an offset, and returns where the next one is.</summary>
    public int Read(int at)
    {
        var c = script[at];
        ReadName(c);
        switch (c)
        {
            case '\\':
                _quoted = true;
                _text.Append(at + 1 < script.Length ? script[at + 1] : throw lexer.Unknown("a backslash at the end", at));
                return at + 2;
            case '\'':
                _quoted = true;
                var end = script.IndexOf('\'', at + 1);
                _text.Append(script, at + 1, (end < 0 ? throw lexer.Unknown("a quote without an end", at) : end) - at - 1);
                return end + 1;
            case '"':
                _quoted = true;
                return ReadDoubleQuotes(at);
            case '$' or '`':
                return ReadExpansion(at, quoted: false);
            case '~' when _text.Length == 0 || script[at - 1] is '=' or ':':
                Make(WordKind.OneWord, at, "a tilde");
                break;
            case '?' or '[' or '*' when !(c == '*' && inPattern):
                // Alone it is the command: a set without an end is no pattern.
                Make(c == '[' && IsAlone(at) ? WordKind.Literal : WordKind.AnyWords, at, $"\"{c}\"");
                break;
            case '{':
                _braces = true;
                break;
        }

        _text.Append(c == '*' && inPattern ? Wildcard : c);
        return at + 1;
    }

    /// <summary>Reads what begins with a dollar sign or a backtick.</summary>
    public int ReadExpansion(int at, bool quoted)
    {
        var next = at + 1 < script.Length ? script[at + 1] : '\n';
        switch (next)
        {
            case var _ when script[at] == '`':
                throw lexer.Unknown("command substitution", at);
            case '(':
                throw lexer.Unknown(at + 2 < script.Length && script[at + 2] == '(' ? "arithmetic expansion" : "command substitution", at);
            case '{':
                var end = EndOfName(at + 2);
                Make(quoted ? WordKind.OneWord : WordKind.AnyWords, at, "a parameter");
                return end > at + 2 && end < script.Length && script[end] == '}' ? end + 1 : throw lexer.Unknown("a parameter expansion that is more than a name", at);
            case '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                Make(quoted ? WordKind.OneWord : WordKind.AnyWords, at, "a parameter");
                return EndOfName(at + 1);
            case (>= '0' and <= '9') or '@' or '*' or '#' or '?' or '!' or '$' or '-':
                Make(quoted && next != '@' ? WordKind.OneWord : WordKind.AnyWords, at, "a parameter");
                return at + 2;
            case '"' or '\'' when quoted:
            case var _ when AfterPlainDollar.Contains(next, StringComparison.Ordinal):
                _text.Append('$');
                return at + 1;
            default:
                throw lexer.Unknown("a dollar sign that shells read differently", at);
        }
    }

    /// <summary>The word whose pieces were read.</summary>
    public LexedWord Finish(int start, int end)
    {
        var text = _text.ToString();
        return _braces && (text.Contains(',', StringComparison.Ordinal) || text.Contains("..", StringComparison.Ordinal))
            ? throw lexer.Unknown("brace expansion", start)
            : new(new(_kind == WordKind.Literal ? text : script[start..end], _kind), _quoted, _nameLength ?? 0);
    }

    private int ReadDoubleQuotes(int start)
    {
        for (var at = start + 1; at < script.Length;)
        {
            switch (script[at])
            {
                case '"':
                    return at + 1;
                case '$' or '`':
                    at = ReadExpansion(at, quoted: true);
                    break;
                case '\\' when at + 1 < script.Length && script[at + 1] is '$' or '`' or '"' or '\\' or '\n':
                    _text.Append(script[at + 1] == '\n' ? "" : script[at + 1].ToString());
                    at += 2;
                    break;
                default:
                    _text.Append(script[at++]);
                    break;
            }
        }

        throw lexer.Unknown("a quote without an end", start);
    }

    private void ReadName(char c)
    {
        if (_nameLength is null && !(c == '_' || char.IsAsciiLetter(c) || (char.IsAsciiDigit(c) && _text.Length > 0)))
        {
            _nameLength = c == '=' ? _text.Length : 0;
        }
    }

    private void Make(WordKind kind, int at, string what)
    {
        if (inPattern && kind != WordKind.Literal)
        {
            throw lexer.Unknown($"{what} without quotes", at);
        }

        _kind = kind > _kind ? kind : _kind;
    }

    private bool IsAlone(int at) => (at == 0 || " \t\n;&|(".Contains(script[at - 1], StringComparison.Ordinal)) && at + 1 < script.Length && script[at + 1] is ' ' or '\t';

    private int EndOfName(int at)
    {
        while (at < script.Length && (script[at] == '_' || char.IsAsciiLetterOrDigit(script[at])))
        {
            at++;
        }

        return at;
    }
}
