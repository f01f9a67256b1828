using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>Why a script is not known, and where.</summary>
/// <param name="Reason">What is not understood, for a sentence such as "command substitution at line 1, column 12".</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
public sealed record UnknownSyntax(string Reason, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Reason} at line {Line}, column {Column}");
}

/// <summary>
/// A script as <c>sh</c> reads it: either every simple command in it is known, or the script is not. What shells read differently (dash,
/// and bash under the name of sh) is not known, and so is whatever decides only while it runs which commands there are.
/// </summary>
/// <param name="Commands">Every simple command, wherever it stands; empty when the script is not known.</param>
/// <param name="Unknown">Why the script is not known; null when it is.</param>
/// <remarks>
/// Known are words with all their quotes, comments, pipes, lists, subshells, groups in braces, redirections, here-documents and assignments.
/// A parameter, a glob or a tilde makes a word whose text is not known (<see cref="WordKind"/>), and the script unknown where it stands in the
/// name of a command. Not known are substitutions, <c>${}</c> with more than a name in it, compound commands, functions, and the builtins
/// that change how or where later text is read (<see cref="ShellNames"/>).
/// </remarks>
public sealed record ShellScript(ImmutableArray<SimpleCommand> Commands, UnknownSyntax? Unknown)
{
    /// <summary>Reads a script.</summary>
    public static ShellScript Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return new(new ShellGrammar(new(text, inPattern: false)).ReadScript(), Unknown: null);
        }
        catch (UnknownSyntaxException e)
        {
            return new([], new(e.Message, e.Line, e.Column));
        }
    }
}
