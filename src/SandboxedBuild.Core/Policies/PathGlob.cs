using Microsoft.Extensions.FileSystemGlobbing;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Policies;

/// <summary>A glob for paths at or below a directory: <c>*</c> within a name, <c>**</c> for any directories.</summary>
/// <param name="Directory">What the pattern is relative to; absolute.</param>
/// <param name="Pattern">The pattern, or one path to the letter.</param>
public sealed record PathGlob(string Directory, string Pattern)
{
    /// <summary>Whether the pattern is this path, character by character: names may have a <c>*</c> in them.</summary>
    /// <param name="path">An absolute path.</param>
    public bool Names(string path) => RealPath.IsAtOrBelow(path, Directory) && Path.GetRelativePath(Directory, path) == Pattern;

    /// <summary>Whether the pattern matches a path; case matters.</summary>
    /// <param name="path">An absolute path.</param>
    public bool Matches(string path)
    {
        if (path.Length == 0 || Path.GetFullPath(path, "/") is var full && !RealPath.IsAtOrBelow(full, Directory))
        {
            return false;
        }

        var relative = Path.GetRelativePath(Directory, full);
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(Pattern);
        return relative == Pattern || matcher.Match(relative).HasMatches;
    }

    /// <summary>Why a relative pattern can match nothing, or not what it seems to say; null when it is sound.</summary>
    internal static string? Mistake(string pattern) =>
        pattern.Split('/') is var names && names.Contains("..", StringComparer.Ordinal) ? "it leads out of the directory with \"..\""
        : pattern.EndsWith('/') ? "it ends in a slash; for all in a directory write DIRECTORY/**"
        : names.Contains(string.Empty, StringComparer.Ordinal) ? "it has an empty name between two slashes"
        : names.Any(static name => name != "**" && name.Contains("**", StringComparison.Ordinal)) ? "\"**\" stands for directories, alone between slashes"
        : pattern.Any(char.IsControl) ? "it has a control character"
        : null;
}
