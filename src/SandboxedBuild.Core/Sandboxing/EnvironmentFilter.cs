using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>Which variables of the caller reach a step. All that is not named here stays outside.</summary>
public static class EnvironmentFilter
{
    /// <summary>What <c>HOME</c> and <c>TMPDIR</c> are made to be lies with the plan; these are the caller's own values.</summary>
    private static readonly FrozenSet<string> s_names = FrozenSet.Create(
        StringComparer.Ordinal,
        "PATH", "LANG", "LANGUAGE", "TZ", "TERM", "USER", "LOGNAME", "CI", "NO_COLOR", "SOURCE_DATE_EPOCH",
        "CC", "CXX", "CPP", "AR", "LD", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "PKG_CONFIG_PATH");

    private static readonly ImmutableArray<string> s_prefixes = ["LC_", "DOTNET_"];

    /// <summary>Parts of names behind which people keep what must not get out.</summary>
    private static readonly ImmutableArray<string> s_secretWords =
        ["TOKEN", "SECRET", "PASS", "PWD", "CREDENTIAL", "KEY", "AUTH", "COOKIE", "SESSION"];

    /// <summary>Whether a variable's name looks as if its value were a secret.</summary>
    public static bool LooksSecret(string name) =>
        s_secretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The variables that a step gets.</summary>
    /// <param name="variables">The caller's.</param>
    /// <param name="passed">Further names; one that ends in <c>*</c> stands for all that start so, but never for one that looks secret.</param>
    public static ImmutableSortedDictionary<string, string> Apply(IEnumerable<KeyValuePair<string, string>> variables, IReadOnlyCollection<string> passed) =>
        variables.Where(variable => Passes(variable.Key, passed)).ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Whether all that a pattern stands for passes with these names.</summary>
    internal static bool CoversPattern(string pattern, IReadOnlyCollection<string> passed) =>
        s_prefixes.Concat(passed.Where(static entry => entry.EndsWith('*')).Select(static entry => entry[..^1])).Any(prefix => pattern.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether a variable passes with these names.</summary>
    internal static bool Passes(string name, IReadOnlyCollection<string> passed)
    {
        return passed.Contains(name, StringComparer.Ordinal) || (!LooksSecret(name) && (s_names.Contains(name) || s_prefixes.Any(Starts) || passed.Any(Covers)));

        bool Starts(string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);

        bool Covers(string entry) => entry.EndsWith('*') && Starts(entry[..^1]);
    }
}
