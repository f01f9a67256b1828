using System.Globalization;
using System.Security.Cryptography;

namespace SandboxedBuild.Overlays;

/// <summary>Names of overlays: when they were made, in seconds, and four random bytes.</summary>
internal static class OverlayId
{
    /// <summary>A new one.</summary>
    public static string New() =>
        DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + "-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>Whether a text is one. Ids become paths: only the form that <see cref="New"/> gives them is let through.</summary>
    public static bool Is(string id) => id.Length == 25 && id[16] == '-' && id.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
