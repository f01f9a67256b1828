using System.Collections.Immutable;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>Other paths of the roots: a root that was given through a symlink is to be found by that path inside, too.</summary>
internal static class RootAliases
{
    /// <summary>The paths that lead to a root and are not its real one.</summary>
    /// <param name="given">The roots as they were given, absolute.</param>
    /// <param name="roots">Their real paths.</param>
    public static ImmutableDictionary<string, string> Of(IEnumerable<string> given, IReadOnlyCollection<string> roots) =>
        given.Select(Path.TrimEndingDirectorySeparator)
            .Where(Directory.Exists)
            .Select(static path => (Path: path, Real: RealPath.OfDirectory(path)))
            .Where(pair => pair.Path != pair.Real && roots.Contains(pair.Real, StringComparer.Ordinal))
            .ToImmutableDictionary(static pair => pair.Path, static pair => pair.Real, StringComparer.Ordinal);
}
