using System.Collections.Immutable;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>What a rule gives the steps that it admits, beyond the default view.</summary>
public sealed record Grants
{
    /// <summary>Nothing: what a step gets that no rule admits.</summary>
    public static Grants None { get; } = new();

    /// <summary>Which network.</summary>
    public NetworkAccess Network { get; init; }

    /// <summary>Paths, absolute or in the home directory (<c>~/</c>).</summary>
    public ImmutableArray<SandboxPath> Paths { get; init; } = [];

    /// <summary>Names of variables; one that ends in <c>*</c> stands for all that begin so and do not look like secrets.</summary>
    public ImmutableArray<string> Environment { get; init; } = [];

    /// <summary>What the step may use up.</summary>
    public StepLimits Limits { get; init; } = StepLimits.None;

    /// <summary>Protected paths that the step may change all the same.</summary>
    public ImmutableArray<PathGlob> Protected { get; init; } = [];

    /// <summary>What both grant.</summary>
    internal Grants And(Grants other) => new()
    {
        Network = Network < other.Network ? Network : other.Network,
        Paths = [.. Paths.Where(path => other.Paths.Contains(path) || path.Access is MountAccess.Hidden or MountAccess.Temporary), .. other.Paths.Where(path => !Paths.Contains(path) && path.Access is MountAccess.Hidden or MountAccess.Temporary)],
        Environment = [.. Environment.Where(name => other.Environment.Contains(name, StringComparer.Ordinal))],
        Limits = Limits.And(other.Limits),
        Protected = [.. Protected.Where(other.Protected.Contains)],
    };

    /// <summary>Equal for grants that mean the same, in whatever order.</summary>
    /// <param name="other">Other grants.</param>
    public bool Equals(Grants? other) =>
        other is not null && Network == other.Network && Limits == other.Limits
            && Paths.ToHashSet().SetEquals(other.Paths) && Environment.ToHashSet(StringComparer.Ordinal).SetEquals(other.Environment) && Protected.ToHashSet().SetEquals(other.Protected);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Network, Limits, Paths.Length, Environment.Length, Protected.Length);
}
