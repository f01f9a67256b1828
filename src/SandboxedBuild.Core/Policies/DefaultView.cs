using System.Collections.Immutable;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>What a step may read without asking.</summary>
/// <param name="Roots">The roots, as they are named.</param>
/// <param name="Home">The caller's home directory, or null.</param>
/// <param name="Shows">Whether a real path outside of the roots is shown, read-only.</param>
internal sealed record DefaultView(ImmutableArray<string> Roots, string? Home, Func<string, bool> Shows)
{
    /// <summary>That of a step on this host.</summary>
    /// <param name="roots">The roots, as they are named.</param>
    /// <param name="home">The caller's home directory, or null.</param>
    /// <param name="needs">What steps see besides the system: the .NET SDK, the package folders.</param>
    public static DefaultView OfHost(ImmutableArray<string> roots, string? home, ImmutableArray<string> needs)
    {
        var system = new Lazy<Dictionary<string, Mount>>(static () => SystemView.For(SandboxIdentity.OfCaller).ToDictionary(static mount => mount.Destination, StringComparer.Ordinal));
        return new(roots, home, path => needs.Any(need => RealPath.IsAtOrBelow(path, RealPath.OfFuture(need))) || Closest(system.Value, path) is BindMount);
    }

    /// <summary>A path as it is asked for, absolute and without <c>~</c>.</summary>
    public string Full(SandboxPath path)
    {
        var inHome = Home is not null && (path.Path == "~" || path.Path.StartsWith("~/", StringComparison.Ordinal));
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(inHome ? Home + path.Path[1..] : path.Path, "/"));
    }

    /// <summary>The path that is shown in the end: what a link leads to, for links may be made where a step may write.</summary>
    public string Real(SandboxPath path)
    {
        var full = Full(path);
        return RealPath.OfFuture(File.Exists(full) && File.ResolveLinkTarget(full, returnFinalTarget: true) is { } target ? target.FullName : full);
    }

    /// <summary>Whether a step may read this path without asking.</summary>
    public bool MayRead(SandboxPath path) => Real(path) is var real && (Roots.Any(root => RealPath.IsAtOrBelow(real, RealPath.OfFuture(root))) || Shows(real));

    private static Mount? Closest(Dictionary<string, Mount> mounts, string path)
    {
        for (var above = path; above is not null; above = Path.GetDirectoryName(above))
        {
            if (mounts.TryGetValue(above, out var mount))
            {
                return mount;
            }
        }

        return null;
    }
}
