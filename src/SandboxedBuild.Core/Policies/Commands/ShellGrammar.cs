using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>Gathers the simple commands of a script (POSIX 2.9 and 2.10). Whatever it does not expect is not known.</summary>
internal sealed class ShellGrammar
{
    /// <summary>Deeper than anybody writes, and far from the end of the stack.</summary>
    private const int Deepest = 50;

    private readonly ShellLexer _lexer;
    private readonly ImmutableArray<SimpleCommand>.Builder _commands = ImmutableArray.CreateBuilder<SimpleCommand>();
    private ShellToken _token;

    public ShellGrammar(ShellLexer lexer)
    {
        _lexer = lexer;
        _token = lexer.Next();
    }

    public ImmutableArray<SimpleCommand> ReadScript()
    {
        ReadList(static token => token.Kind == TokenKind.End, 0);
        return _commands.DrainToImmutable();
    }

    /// <summary>Reads a script that is one simple command; null when more follows it.</summary>
    public SimpleCommand? ReadOnlyCommand()
    {
        if (_token.Kind == TokenKind.End)
        {
            throw Unexpected();
        }

        ReadSimpleCommand();
        return _token.Kind == TokenKind.End ? _commands[0] : null;
    }

    private static bool IsReserved(ShellToken token, string word) => token.Kind == TokenKind.Word && token.Text == word;

    private void ReadList(Func<ShellToken, bool> ends, int depth)
    {
        SkipLines();
        while (!ends(_token))
        {
            ReadPipeline(depth);
            while (_token.Is("&&") || _token.Is("||"))
            {
                Advance();
                SkipLines();
                ReadPipeline(depth);
            }

            if (_token.Kind == TokenKind.NewLine || _token.Is(";") || _token.Is("&"))
            {
                Advance();
                SkipLines();
            }
            else if (!ends(_token) || IsReserved(_token, "}"))
            {
                throw Unexpected();
            }
        }
    }

    private void ReadPipeline(int depth)
    {
        if (IsReserved(_token, "!"))
        {
            RequireBlank();
            Advance();
        }

        ReadCommand(depth);
        while (_token.Is("|"))
        {
            Advance();
            SkipLines();
            ReadCommand(depth);
        }
    }

    private void ReadCommand(int depth)
    {
        if (_token.Is("("))
        {
            ReadGroup(static token => token.Is(")"), depth);
        }
        else if (IsReserved(_token, "{"))
        {
            RequireBlank();
            ReadGroup(static token => IsReserved(token, "}"), depth);
        }
        else
        {
            ReadSimpleCommand();
        }
    }

    private void ReadGroup(Func<ShellToken, bool> ends, int depth)
    {
        var start = _token.Offset;
        var before = _commands.Count;
        if (depth == Deepest)
        {
            throw _lexer.Unknown("deeper nesting than is read", start);
        }

        Advance();
        ReadList(ends, depth + 1);
        if (_commands.Count == before)
        {
            throw Unexpected();
        }

        Advance();
        var redirections = ImmutableArray.CreateBuilder<Redirection>();
        while (_token.Kind == TokenKind.Redirection)
        {
            redirections.Add(ReadRedirection());
        }

        if (redirections.Count > 0)
        {
            Add([], [], redirections.DrainToImmutable(), start);
        }
    }

    private void ReadSimpleCommand()
    {
        var start = _token.Offset;
        var assignments = ImmutableArray.CreateBuilder<ShellAssignment>();
        var words = ImmutableArray.CreateBuilder<ShellWord>();
        var redirections = ImmutableArray.CreateBuilder<Redirection>();
        var first = start;
        while (_token.Kind is TokenKind.Word or TokenKind.Redirection)
        {
            if (_token.Kind == TokenKind.Redirection)
            {
                redirections.Add(ReadRedirection());
                continue;
            }

            var lexed = _token.Word!;
            if (words.Count == 0 && lexed.NameLength > 0)
            {
                assignments.Add(Assignment(lexed));
            }
            else
            {
                first = words.Count == 0 ? _token.Offset : first;
                words.Add(lexed.Word);
            }

            Advance();
        }

        if (words.Count > 0 && ShellNames.UnknownBecause(words.ToImmutable(), assignments.Count > 0) is { } reason)
        {
            throw _lexer.Unknown(reason, first);
        }

        if (assignments.Count + words.Count + redirections.Count == 0)
        {
            throw Unexpected();
        }

        Add(assignments.DrainToImmutable(), words.DrainToImmutable(), redirections.DrainToImmutable(), start);
    }

    private static ShellAssignment Assignment(LexedWord lexed)
    {
        var (text, length) = (lexed.Word.Text, lexed.NameLength);
        return new(text[..length], lexed.Word with { Text = text[(length + 1)..] });
    }

    private Redirection ReadRedirection()
    {
        var (text, descriptor, start) = (_token.Text, _token.Descriptor, _token.Offset);
        Advance();
        if (_token is not { Kind: TokenKind.Word, Word: { } target })
        {
            throw Unexpected();
        }

        if (text is "<<" or "<<-")
        {
            _lexer.Expect(target, text == "<<-", start);
        }

        // Followed by more than this, it is a file to bash, and a mistake to dash.
        if (text is "<&" or ">&" && _token.Text is not ("-" or [>= '0' and <= '9']))
        {
            throw _lexer.Unknown($"\"{text}\" with more than a digit", start);
        }

        Advance();
        return new(KindOf(text), descriptor, target.Word);
    }

    private static RedirectionKind KindOf(string text) => text switch
    {
        "<" => RedirectionKind.Input,
        ">>" => RedirectionKind.Append,
        "<>" => RedirectionKind.InputOutput,
        "<&" or ">&" => RedirectionKind.Duplicate,
        "<<" or "<<-" => RedirectionKind.HereDocument,
        _ => RedirectionKind.Output,
    };

    private void Add(ImmutableArray<ShellAssignment> assignments, ImmutableArray<ShellWord> words, ImmutableArray<Redirection> redirections, int start)
    {
        var (line, column) = _lexer.Position(start);
        _commands.Add(new(assignments, words, redirections, line, column));
    }

    /// <summary>Shells agree on a brace or a <c>!</c> only where a blank follows.</summary>
    private void RequireBlank()
    {
        if (_lexer.After(_token) is not (' ' or '\t' or '\n') || (_lexer.After(_token) == '\n' && _token.Text == "!"))
        {
            throw Unexpected();
        }
    }

    private void SkipLines()
    {
        while (_token.Kind == TokenKind.NewLine)
        {
            Advance();
        }
    }

    private void Advance() => _token = _lexer.Next();

    private UnknownSyntaxException Unexpected() => _lexer.Unknown(_token.Kind is TokenKind.Word or TokenKind.Control or TokenKind.Redirection ? $"an unexpected \"{_token.Text}\"" : "an unexpected end", _token.Offset);
}
