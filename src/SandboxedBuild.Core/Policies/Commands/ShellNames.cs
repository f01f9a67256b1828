using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>Names of commands that are more than the name of a program.</summary>
internal static class ShellNames
{
    /// <summary>Reserved words of dash and of bash. What they begin or end is not known, but for braces and <c>!</c>, which the grammar takes before it asks here.</summary>
    private static readonly FrozenSet<string> s_reserved = FrozenSet.ToFrozenSet(
        ["!", "{", "}", "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "[[", "]]", "function", "select", "time", "coproc"],
        StringComparer.Ordinal);

    /// <summary>
    /// Builtins, of dash or of bash, after which the same text may mean something else: other commands are found under a name, other files
    /// under a descriptor, another text is read. <c>command</c> and <c>builtin</c> run any of them.
    /// </summary>
    private static readonly FrozenSet<string> s_changing = FrozenSet.ToFrozenSet(
        [
            "alias", "unalias", "eval", ".", "source", "exec", "set", "unset", "shopt", "trap", "export", "readonly", "local", "declare", "typeset", "let", "read", "getopts",
            "mapfile", "readarray", "hash", "enable", "builtin", "command", "shift", "pushd", "popd", "fc", "history", "bind", "complete", "compgen", "compopt",
        ],
        StringComparer.Ordinal);

    /// <summary>Special builtins that are known, but before which an assignment stays in force (POSIX 2.14), so that it meets other commands than its own.</summary>
    private static readonly FrozenSet<string> s_keepingAssignments = FrozenSet.ToFrozenSet([":", "break", "continue", "exit", "return", "times"], StringComparer.Ordinal);

    /// <summary>Why a command makes its script unknown, or null.</summary>
    public static string? UnknownBecause(ImmutableArray<ShellWord> words, bool assigns) => words[0] switch
    {
        { IsLiteral: false } => "a command whose name is not known before the script runs",
        { Text: var name } when s_reserved.Contains(name) => $"the reserved word \"{name}\"",
        { Text: var name } when s_changing.Contains(name) => $"\"{name}\", which changes what follows,",
        { Text: var name } when name.AsSpan().ContainsAny('{', '}', '=') => $"a command named \"{name}\"",
        { Text: var name } when assigns && s_keepingAssignments.Contains(name) => $"an assignment that outlasts \"{name}\"",
        // bash: sets a variable, as PATH.
        { Text: "printf" } when words is [_, { } first, ..] && (!first.IsLiteral || first.Text.StartsWith("-v", StringComparison.Ordinal)) => "\"printf\" into a variable",
        // bash: the index of an array is evaluated, and what is substituted in it.
        { Text: "test" or "[" } when words.Any(static word => word.Text is "-v" or "-R") => "a test of a variable",
        _ => null,
    };
}
