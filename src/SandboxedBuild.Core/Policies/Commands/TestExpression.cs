using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>The expressions of <c>test</c>.</summary>
internal static class TestExpression
{
    /// <summary>Without <c>-v</c> and <c>-R</c>: bash evaluates the index of the variable that they name.</summary>
    private static readonly FrozenSet<string> s_operators = FrozenSet.ToFrozenSet(
        "-b -c -d -e -f -g -G -h -k -L -n -N -O -p -r -s -S -t -u -w -x -z -eq -ne -lt -le -gt -ge -nt -ot -ef -a -o".Split(' '), StringComparer.Ordinal);

    public static ListedEffect? OnlyReads(ImmutableArray<string> arguments) =>
        arguments.All(static word => !MayBeEvaluated(word) && (word.Length < 2 || word[0] != '-' || OptionSyntax.IsNumber(word) || s_operators.Contains(word))) ? ListedEffect.Reads : null;

    /// <summary>Whether an argument may be more than text to a builtin: where a number belongs, the Korn shells evaluate an expression, and what is substituted in it.</summary>
    public static bool MayBeEvaluated(string word) => word.AsSpan().ContainsAny('$', '`');
}
