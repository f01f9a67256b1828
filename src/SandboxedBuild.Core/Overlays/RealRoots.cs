using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Overlays;

/// <summary>The real paths of the directories that an overlay is made over, each once and none below another one.</summary>
internal static class RealRoots
{
    /// <summary>Resolves the directories; with one that they lie within, no symlink below that is followed.</summary>
    /// <exception cref="SandboxException">A root is no directory, or cannot be reached.</exception>
    public static ImmutableArray<string> Of(IEnumerable<string> roots, string? within)
    {
        var real = new List<string>();
        foreach (var root in roots)
        {
            try
            {
                real.Add(within is null ? RealPath.OfDirectory(root) : Within(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root, "/")), within));
            }
            catch (SystemCallException e)
            {
                throw InputDiagnostics.RootNotUsable(root, e.Error).AsException();
            }
        }

        return [.. real.Distinct(StringComparer.Ordinal).Where(path => !real.Exists(other => other != path && RealPath.IsAtOrBelow(path, other)))];
    }

    private static string Within(string root, string within)
    {
        if (root == within || !RealPath.IsAtOrBelow(root, within))
        {
            return RealPath.OfDirectory(root);
        }

        using var anchor = Opening.Directory(within);
        using var directory = Opening.Directory(anchor, BytePath.FromString(root[(within.Length + 1)..]));
        return RealPath.Of(directory);
    }
}
