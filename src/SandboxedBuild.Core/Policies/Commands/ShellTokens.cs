namespace SandboxedBuild.Policies;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    End,
    NewLine,
    Word,

    /// <summary>A control operator.</summary>
    Control,
    Redirection,
}

/// <summary>A token of a script.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The operator, or the word as it stands in the script.</param>
/// <param name="Offset">Where it starts.</param>
internal readonly record struct ShellToken(TokenKind Kind, string Text, int Offset)
{
    /// <summary>The word.</summary>
    public LexedWord? Word { get; init; }

    /// <summary>The digit before a redirection's operator.</summary>
    public int? Descriptor { get; init; }

    public bool Is(string control) => Kind == TokenKind.Control && Text == control;
}

/// <summary>A word with what the grammar has to know of its quotes.</summary>
/// <param name="Word">The word.</param>
/// <param name="Quoted">Whether any of it is quoted.</param>
/// <param name="NameLength">The length of the name before the equals sign if the word has the form of an assignment, or 0.</param>
internal sealed record LexedWord(ShellWord Word, bool Quoted, int NameLength);
