using System.Collections.Immutable;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>What a step asks for, or gets, beyond the default view.</summary>
/// <param name="Network">Which network.</param>
/// <param name="Paths">Paths that it sees in another way.</param>
/// <param name="Environment">Names of variables.</param>
public sealed record StepAccess(NetworkAccess Network, ImmutableArray<SandboxPath> Paths, ImmutableArray<string> Environment)
{
    /// <summary>Nothing.</summary>
    public static StepAccess None { get; } = new(NetworkAccess.None, [], []);

    /// <summary>Whether it is the default view and nothing else.</summary>
    public bool IsNone => Network == NetworkAccess.None && Paths.IsEmpty && Environment.IsEmpty && Layers.IsEmpty;

    /// <summary>Directories that it sees merged under mount points. What is missing for one counts among <see cref="Paths"/>, as read-only.</summary>
    public ImmutableArray<SandboxLayer> Layers { get; init; } = [];

    /// <summary>Paths and layers in words, a line each.</summary>
    internal IEnumerable<string> PathTexts => Paths.Select(static path => $"{path.Access} {path.Path}").Concat(Layers.Select(static layer => $"Layer {layer.Path} at {layer.MountPoint}"));

    /// <summary>What it may use up, which needs no leave: it only takes away.</summary>
    public StepLimits Limits { get; init; } = StepLimits.None;

    /// <summary>Whether the step wants no network even where a rule grants one.</summary>
    public bool RefusesNetwork { get; init; }
}
