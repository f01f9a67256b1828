using System.Text.Json;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Values that have names: as options have (<c>on-failure</c>), or as in a project (<c>OnFailure</c>), in any case of the letters.</summary>
internal static class NamedValue
{
    /// <summary>The value of that name.</summary>
    /// <param name="option">Where it was typed.</param>
    /// <param name="value">What was typed; null for nothing.</param>
    /// <param name="otherwise">The value of nothing.</param>
    /// <exception cref="SandboxException">There is none of that name.</exception>
    public static T Of<T>(string option, string? value, T otherwise)
        where T : struct, Enum
    {
        if (value is null)
        {
            return otherwise;
        }

        var named = Enum.GetValues<T>().Where(known => new[] { known.ToString(), Kebab(known.ToString()) }.Contains(value, StringComparer.OrdinalIgnoreCase)).ToList();
        return named.Count > 0 ? named[0] : throw new SandboxException(InputDiagnostics.InvalidValue(option, value, Enum.GetNames<T>().Select(Kebab)));
    }

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
