using System.Collections.Immutable;

namespace SandboxedBuild.Strategies;

/// <summary>What a step sees at a root's path.</summary>
/// <param name="Below">A directory of the host: the live one, or a copy that stands for it.</param>
/// <param name="Over">What earlier steps of the overlay left over it, by overlayfs's rules; null where they write to <paramref name="Below"/> itself.</param>
public sealed record SeenRoot(string Below, string? Over)
{
    /// <summary>Whether what steps write is live at once.</summary>
    public bool IsLive { get; init; }

    /// <summary>Real paths in it that no step is to see, for what is there is not its own.</summary>
    public ImmutableArray<string> Covered { get; init; } = [];

    /// <summary>A real path in it that is the step's own, though it is protected elsewhere: nothing that is there is committed.</summary>
    public string? Own { get; init; }

    /// <summary>What the step needs to see of the host for the sake of <see cref="Own"/>.</summary>
    public ImmutableArray<Sandboxing.BindMount> Needs { get; init; } = [];

    /// <summary>Where steps write to <see cref="Below"/> itself: an entry with a later ctime is what one of them left. Nanoseconds since 1970.</summary>
    public long Since { get; init; } = long.MaxValue;
}
