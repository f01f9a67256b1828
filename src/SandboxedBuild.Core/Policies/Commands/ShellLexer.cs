using System.Globalization;

namespace SandboxedBuild.Policies;

/// <summary>Splits a script into tokens (POSIX 2.3).</summary>
internal sealed class ShellLexer
{
    private const string Metacharacters = " \t\n;&|()<>";

    private static readonly string[] s_controls = ["&&", "||", ";", "&", "|", "(", ")"];
    private static readonly string[] s_redirections = ["<<-", "<<", "<>", "<&", ">>", ">&", ">|", "<", ">"];

    /// <summary>What bash reads as one operator and dash as two, or not at all.</summary>
    private static readonly (string Text, string Name)[] s_onlyInBash =
        [("<<<", "a here-string"), ("<(", "process substitution"), (">(", "process substitution"), ("&>", "\"&>\""), ("|&", "\"|&\""), ("((", "an arithmetic command"), (";;", "\";;\""), (";&", "\";&\"")];

    private readonly string _text;
    private readonly bool _inPattern;
    private readonly Queue<(string Delimiter, bool Quoted, bool Tabs)> _documents = new();
    private int _at;

    /// <param name="text">The script.</param>
    /// <param name="inPattern">Whether an asterisk stands for any text (and is read as <see cref="ShellWords.Wildcard"/>), and is no glob.</param>
    public ShellLexer(string text, bool inPattern)
    {
        (_text, _inPattern) = (text, inPattern);
        for (var index = 0; index < text.Length; index += char.IsSurrogatePair(text, index) ? 2 : 1)
        {
            if (!IsPlain(text, index))
            {
                throw Unknown($"the character U+{(int)text[index]:X4}", index);
            }
        }
    }

    /// <summary>The next token. The bodies of here-documents belong to the end of the line before them.</summary>
    public ShellToken Next()
    {
        SkipBlanks();
        var start = _at;
        if (start == _text.Length)
        {
            return _documents.Count == 0 ? new(TokenKind.End, "the end", start) : throw Unknown("a here-document without a body", start);
        }

        if (_text[start] == '\n')
        {
            _at++;
            ReadDocuments();
            return new(TokenKind.NewLine, "the end of the line", start);
        }

        foreach (var (text, name) in s_onlyInBash)
        {
            if (Stands(text))
            {
                throw Unknown(name, start);
            }
        }

        return Operator(s_controls, TokenKind.Control) ?? Operator(s_redirections, TokenKind.Redirection) ?? Word();
    }

    /// <summary>Says that the delimiter of a here-document was read; its body follows at the end of the line.</summary>
    public void Expect(LexedWord delimiter, bool tabs, int offset)
    {
        if (!delimiter.Word.IsLiteral || delimiter.Word.Text is not { Length: > 0 } text || !text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
        {
            throw Unknown("the delimiter of a here-document", offset);
        }

        _documents.Enqueue((text, delimiter.Quoted, tabs));
    }

    /// <summary>The character after a token of one character, or a NUL.</summary>
    public char After(ShellToken token) => token.Offset + 1 < _text.Length ? _text[token.Offset + 1] : '\0';

    public UnknownSyntaxException Unknown(string reason, int offset)
    {
        var (line, column) = Position(offset);
        return new(reason, line, column);
    }

    public (int Line, int Column) Position(int offset)
    {
        var before = _text.AsSpan(0, offset);
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }

    /// <summary>
    /// Control characters and blanks that are no ASCII are invisible, and shells and locales part words at them or not. Half of a surrogate
    /// pair reaches the shell as something else.
    /// </summary>
    private static bool IsPlain(string text, int index) =>
        text[index] is '\t' or '\n' or (>= ' ' and <= '~') || (text[index] > '\u007f' && text[index] != '\ufffd' && CharUnicodeInfo.GetUnicodeCategory(text, index) is not
            (UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control
            or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));

    private void SkipBlanks()
    {
        for (; _at < _text.Length; _at++)
        {
            if (Stands("\\\n"))
            {
                JoinLines(_at == 0 || _text[_at - 1] is ' ' or '\t' or '\n');
                _at++;
            }
            else if (_text[_at] == '#')
            {
                if (_at > 0 && !" \t\n;".Contains(_text[_at - 1], StringComparison.Ordinal))
                {
                    throw Unknown("a comment straight after an operator", _at);
                }

                var end = _text.IndexOf('\n', _at);
                _at = end < 0 ? _text.Length : end;
                return;
            }
            else if (_text[_at] is not (' ' or '\t'))
            {
                return;
            }
        }
    }

    /// <summary>Shells agree that lines are joined between words; inside of a name or an operator, older ones do it otherwise.</summary>
    private void JoinLines(bool afterBlank)
    {
        if (_documents.Count > 0 || _at + 2 == _text.Length || !(afterBlank || _text[_at + 2] is ' ' or '\t' or '\n'))
        {
            throw Unknown("a joined line", _at);
        }
    }

    private ShellToken? Operator(string[] operators, TokenKind kind)
    {
        var start = _at;
        if (Array.Find(operators, Stands) is not { } text)
        {
            return null;
        }

        _at += text.Length;
        return new(kind, text, start);
    }

    private ShellToken Word()
    {
        var start = _at;
        var words = new ShellWords(_text, _inPattern, this);
        while (_at < _text.Length && !Metacharacters.Contains(_text[_at], StringComparison.Ordinal))
        {
            if (Stands("\\\n"))
            {
                JoinLines(afterBlank: false);
                break;
            }

            _at = words.Read(_at);
        }

        if (_documents.Count > 0 && _text.AsSpan(start, _at - start).Contains('\n'))
        {
            throw Unknown("a word of several lines before the body of a here-document", start);
        }

        var word = words.Finish(start, _at);
        return IsDescriptor(start) && Operator(s_redirections, TokenKind.Redirection) is { } redirection
            ? redirection with { Descriptor = _text[start] - '0', Offset = start }
            : new(TokenKind.Word, _text[start.._at], start) { Word = word };
    }

    /// <summary>Whether a word that was read is a redirection's descriptor. dash takes one digit, bash several, and a name in braces too.</summary>
    private bool IsDescriptor(int start)
    {
        var word = _text.AsSpan(start, _at - start);
        return _at < _text.Length && _text[_at] is '<' or '>'
            && (word is [>= '0' and <= '9']
                || ((word.ContainsAnyExceptInRange('0', '9') && word[^1] != '}') ? false : throw Unknown("a descriptor of more than one digit", start)));
    }

    private void ReadDocuments()
    {
        while (_documents.TryDequeue(out var document))
        {
            var start = _at;
            while (true)
            {
                if (_at == _text.Length)
                {
                    throw Unknown("a here-document without an end", start);
                }

                var line = _text.AsSpan(_at, _text.AsSpan(_at).IndexOf('\n') is var end && end < 0 ? _text.Length - _at : end);
                var content = document.Tabs ? line.TrimStart('\t') : line;
                if (!content.SequenceEqual(document.Delimiter) && !document.Quoted)
                {
                    CheckExpansions(_at, line.Length);
                }

                _at = Math.Min(_at + line.Length + 1, _text.Length);
                if (content.SequenceEqual(document.Delimiter))
                {
                    break;
                }
            }
        }
    }

    /// <summary>What is expanded in a here-document is only read; but a substitution runs commands, and a joined line may hide the end.</summary>
    private void CheckExpansions(int start, int length)
    {
        var words = new ShellWords(_text, inPattern: false, this);
        for (var index = start; index < start + length;)
        {
            if (_text[index] == '\\' && index + 1 == start + length)
            {
                throw Unknown("a joined line in a here-document", index);
            }

            index = _text[index] switch
            {
                '\\' => index + 2,
                '$' or '`' => words.ReadExpansion(index, quoted: true),
                _ => index + 1,
            };
        }
    }

    private bool Stands(string text) => string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;
}
