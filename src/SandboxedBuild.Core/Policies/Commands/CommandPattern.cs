using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>
/// What a rule says of the commands it admits: one simple command, with the shell's own quotes. <c>*</c> stands for exactly one word, of
/// any text; inside of a word, for any text in it; <c>**</c>, the last word, for any number of words.
/// </summary>
/// <remarks>
/// Words are compared after a script was split into them: an asterisk can stand for a word with a semicolon in quotes, never for a second
/// command. A word that is not known before the script runs is matched by <c>**</c> alone, and by <c>*</c> where it is certain to be one word;
/// an asterisk inside of a word takes known text only, without <c>..</c> as a part of a path. The command's name has no asterisk. Assignments
/// match those that are the same, in the same order, and so a pattern without any admits no command that has one.
/// </remarks>
public sealed class CommandPattern
{
    private const string One = "\0";
    private const string Rest = "\0\0";

    private readonly ImmutableArray<ShellAssignment> _assignments;
    private readonly ImmutableArray<string> _words;

    private CommandPattern(string text, SimpleCommand command)
    {
        Text = text;
        _assignments = command.Assignments;
        _words = [.. command.Words.Select(static word => word.Text)];
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">The text is not one simple command, or has an asterisk where none may be.</exception>
    public static CommandPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return new(text, Checked(new ShellGrammar(new(text, inPattern: true)).ReadOnlyCommand()));
        }
        catch (UnknownSyntaxException e)
        {
            throw new FormatException($"the pattern has {new UnknownSyntax(e.Message, e.Line, e.Column)}; only * and ** stand for other text, and the rest is to be quoted as in a shell", e);
        }
    }

    /// <summary>
    /// The pattern that admits a command and no other; where its words are not known, the narrowest one. Null when no pattern does:
    /// a command of assignments alone, or with an assigned value that is not known.
    /// </summary>
    public static string? TextFor(SimpleCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Words.IsEmpty || command.Assignments.Any(static assignment => !assignment.Value.IsLiteral))
        {
            return null;
        }

        var known = command.Words.TakeWhile(static word => word.Kind != WordKind.AnyWords).ToList();
        return string.Join(' ', [
            .. command.Assignments.Select(static assignment => $"{assignment.Name}={ShellQuoting.Quote(assignment.Value.Text)}"),
            .. known.Select(static word => word.IsLiteral ? ShellQuoting.Quote(word.Text) : "*"),
            .. known.Count < command.Words.Length ? ["**"] : Array.Empty<string>()]);
    }

    /// <summary>Whether a command is one of those that are meant. Its redirections are not looked at.</summary>
    public bool Matches(SimpleCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var rest = _words[^1] == Rest;
        var count = rest ? _words.Length - 1 : _words.Length;
        return (rest ? command.Words.Length >= count : command.Words.Length == count)
            && _assignments.SequenceEqual(command.Assignments)
            && Enumerable.Range(0, count).All(index => Matches(_words[index], command.Words[index]));
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static SimpleCommand Checked(SimpleCommand? command)
    {
        if (command is null)
        {
            throw new FormatException("the pattern is more than one simple command; write a rule for each");
        }

        if (command.Words.IsEmpty)
        {
            throw new FormatException("the pattern names no command");
        }

        if (command.Redirections.Length > 0)
        {
            throw new FormatException("the pattern has a redirection; redirections are judged by where they lead, and no rule names them");
        }

        if (command.Name!.Contains(ShellWords.Wildcard, StringComparison.Ordinal) || command.Assignments.Any(static assignment => assignment.Value.Text.Contains(ShellWords.Wildcard, StringComparison.Ordinal)))
        {
            throw new FormatException("the pattern has an asterisk in the command's name or in an assignment; these are to be written out");
        }

        if (command.Words.Select(static word => word.Text).Where((word, index) => word.Contains(Rest, StringComparison.Ordinal) && !(word == Rest && index == command.Words.Length - 1)).Any())
        {
            throw new FormatException("the pattern has ** elsewhere than as its last word");
        }

        return command;
    }

    private static bool Matches(string pattern, ShellWord word) =>
        pattern == One ? word.Kind != WordKind.AnyWords
        : word.IsLiteral && (pattern.Contains(ShellWords.Wildcard, StringComparison.Ordinal)
            ? Bounds.PartsUp(word.Text).Count() == PartsUpWrittenIn(pattern) && MatchesInside(pattern, word.Text)
            : pattern == word.Text);

    /// <summary>
    /// How often the pattern itself says <c>..</c>. A word that it matches has each of these at a place of its own; if it has as many, no
    /// asterisk stands for another.
    /// </summary>
    private static int PartsUpWrittenIn(string pattern) =>
        Bounds.PartsUp(pattern).Count(static part => !part.Contains(ShellWords.Wildcard, StringComparison.Ordinal));

    /// <summary>Every part between asterisks, each at the first place where it fits.</summary>
    private static bool MatchesInside(string pattern, string text)
    {
        var parts = pattern.Split(ShellWords.Wildcard);
        if (!text.StartsWith(parts[0], StringComparison.Ordinal))
        {
            return false;
        }

        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = text.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return text.Length - at >= parts[^1].Length && text.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
