using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>Where redirections and the listed commands may write.</summary>
/// <param name="Roots">Absolute paths of directories; what is below them may be written by its full path.</param>
/// <param name="Relative">Whether relative paths are known to lead into the working directory: not after a <c>cd</c> to elsewhere.</param>
/// <remarks>Symbolic links are not followed: the overlay holds whatever is written through them.</remarks>
internal sealed record Bounds(ImmutableArray<string> Roots, bool Relative)
{
    /// <summary>The parts of a text that may be a <c>..</c> in a path, whatever stands before the path (<c>-I../x</c>, <c>a:../x</c>).</summary>
    public static IEnumerable<string> PartsUp(string text) => text.Split('/', ':', ',').Where(static part => part.EndsWith("..", StringComparison.Ordinal));

    /// <summary>Whether a text may have <c>..</c> as a part of a path.</summary>
    public static bool GoesUp(string path) => PartsUp(path).Any();

    /// <summary>Whether a path leads to a place inside.</summary>
    public bool Hold(string path) =>
        path.Length > 0 && !GoesUp(path) && (path[0] == '/' ? Roots.Any(root => root.StartsWith('/') && IsBelow(path, root.TrimEnd('/'))) : Relative);

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/');
}
