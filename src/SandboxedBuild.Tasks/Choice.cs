using System.Globalization;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tasks;

/// <summary>Parameters with a fixed set of values.</summary>
internal static class Choice
{
    /// <summary>The value with this name, in whatever case; <paramref name="otherwise"/> for none.</summary>
    /// <exception cref="SandboxException">There is no such value; the message lists those that there are.</exception>
    public static T Of<T>(string parameter, string? value, T otherwise)
        where T : struct, Enum
    {
        // Names only: Enum.TryParse takes numbers and lists too.
        var name = Enum.GetNames<T>().FirstOrDefault(name => string.Equals(name, value?.Trim(), StringComparison.OrdinalIgnoreCase));
        return string.IsNullOrWhiteSpace(value) ? otherwise : name is not null ? Enum.Parse<T>(name) : throw new SandboxException(InputDiagnostics.InvalidValue(parameter, value, Enum.GetNames<T>()));
    }

    /// <summary>The value with this name; <paramref name="otherwise"/> for none, and for Auto.</summary>
    /// <exception cref="SandboxException">There is no such value; the message lists those that there are.</exception>
    public static T OrAuto<T>(string parameter, string? value, T otherwise)
        where T : struct, Enum =>
        string.IsNullOrWhiteSpace(value) || string.Equals(value.Trim(), "Auto", StringComparison.OrdinalIgnoreCase) ? otherwise
            : Enum.GetNames<T>().FirstOrDefault(name => string.Equals(name, value.Trim(), StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse<T>(name)
            : throw new SandboxException(InputDiagnostics.InvalidValue(parameter, value, ["Auto", .. Enum.GetNames<T>()]));

    /// <summary>Checks a parameter of which one value is the only one so far, besides leaving the choice open.</summary>
    /// <exception cref="SandboxException">It is neither.</exception>
    public static void Only(string parameter, string? value, string only)
    {
        if (!string.IsNullOrWhiteSpace(value) && !string.Equals(value, "Auto", StringComparison.OrdinalIgnoreCase) && !string.Equals(value, only, StringComparison.OrdinalIgnoreCase))
        {
            throw new SandboxException(InputDiagnostics.InvalidValue(parameter, value, ["Auto", only]));
        }
    }
}
