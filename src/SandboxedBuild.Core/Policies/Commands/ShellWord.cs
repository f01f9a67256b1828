namespace SandboxedBuild.Policies;

/// <summary>How much of a word is known before the script runs.</summary>
public enum WordKind
{
    /// <summary>Its text is known.</summary>
    Literal,

    /// <summary>It is one word, whose text is not known: an expansion in double quotes, a tilde.</summary>
    OneWord,

    /// <summary>It becomes any number of words, of any text: an expansion without quotes, a glob.</summary>
    AnyWords,
}

/// <summary>A word of a shell script.</summary>
/// <param name="Text">The text after quotes are removed; of a word that is not literal, the text as it stands in the script.</param>
/// <param name="Kind">How much of it is known.</param>
public sealed record ShellWord(string Text, WordKind Kind)
{
    /// <summary>Whether the text is what the command will get.</summary>
    public bool IsLiteral => Kind == WordKind.Literal;
}
