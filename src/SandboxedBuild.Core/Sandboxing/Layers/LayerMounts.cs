using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>Turns layers into mounts, one a mount point. What the kernel would refuse with a bare number is found here, and named.</summary>
internal static class LayerMounts
{
    /// <summary>The kernel takes no more (OVL_MAX_STACK of fs/overlayfs/params.h).</summary>
    public const int Most = 500;

    /// <summary>The mounts, each with the items that it is made of; where they may be is seen when all others are known (<see cref="LayerPlaces"/>).</summary>
    /// <param name="request">What is asked of the sandbox.</param>
    /// <exception cref="SandboxException">A layer cannot be one.</exception>
    public static ImmutableArray<(LayerMount Mount, ImmutableArray<SandboxLayer> Items)> For(SandboxRequest request) =>
    [
        .. request.Layers.Select(layer => (Layer: layer, Destination: MountPointOf(layer, request)))
            .GroupBy(static pair => pair.Destination, static pair => pair.Layer, StringComparer.Ordinal)
            .Select(group => Merged([.. group], group.Key, request)),
    ];

    /// <summary>A layer that is named again is where it was first.</summary>
    private static (LayerMount Mount, ImmutableArray<SandboxLayer> Items) Merged(ImmutableArray<SandboxLayer> layers, string destination, SandboxRequest request)
    {
        var real = layers.Select(layer => (Layer: layer, Path: RealPathOf(layer, request))).DistinctBy(static pair => pair.Path, StringComparer.Ordinal).ToList();
        if (real.Count > Most)
        {
            throw LayerDiagnostics.TooMany(layers[0], real.Count, Most).AsException();
        }

        // Parents come right before what is in them.
        var sorted = real.OrderBy(static pair => pair.Path.Replace('/', '\0'), StringComparer.Ordinal).ToList();
        return sorted.Zip(sorted.Skip(1)).FirstOrDefault(static pair => RealPath.IsAtOrBelow(pair.Second.Path, pair.First.Path)) is { First.Layer: { } outer, Second.Layer: { } inner }
            ? throw LayerDiagnostics.Nested(inner, outer).AsException()
            : (new([.. real.Select(static pair => pair.Path)], destination), [.. real.Select(static pair => pair.Layer)]);
    }

    private static string RealPathOf(SandboxLayer layer, SandboxRequest request)
    {
        if (Full(layer.Path, request.Home) is not { } path)
        {
            throw LayerDiagnostics.NotUsable(layer, "it is not absolute").AsException();
        }

        using var directory = Opening.TryPlace(path);
        var real = directory is null ? throw LayerDiagnostics.NotUsable(layer, WhyNot(path)).AsException() : RealPath.Of(directory);
        return request.Roots.FirstOrDefault(root => Overlap(real, root)) is { } root ? throw LayerDiagnostics.OverlapsRoot(layer, root).AsException()
            : request.Untouchable.FirstOrDefault(state => Overlap(real, state)) is { } state ? throw LayerDiagnostics.OverlapsState(layer, state).AsException()
            : real;
    }

    private static string WhyNot(string path) =>
        File.Exists(path) ? "it is not a directory" : new FileInfo(path).LinkTarget is not null ? "it is a symlink that leads to no directory" : "it does not exist, or not where this user can reach it";

    /// <summary>Where the layer is to be seen; a root's other names are not in the sandbox but as links to it.</summary>
    private static string MountPointOf(SandboxLayer layer, SandboxRequest request)
    {
        var full = layer.MountPoint.Length == 0 ? throw LayerDiagnostics.NoMountPoint(layer).AsException()
            : Full(layer.MountPoint, request.Home) ?? throw LayerDiagnostics.MountPointNotUsable(layer, "it is not absolute").AsException();
        var alias = request.Aliases.FirstOrDefault(alias => RealPath.IsAtOrBelow(full, alias.Key));
        return alias.Key is null ? full : alias.Value + full[alias.Key.Length..];
    }

    private static string? Full(string path, string? home)
    {
        var full = home is not null && (path == "~" || path.StartsWith("~/", StringComparison.Ordinal)) ? home + path[1..] : path;
        return Path.IsPathRooted(full) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(full, "/")) : null;
    }

    private static bool Overlap(string path, string other) => RealPath.IsAtOrBelow(path, other) || RealPath.IsAtOrBelow(other, path);
}
