using System.Collections.Immutable;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Tool.Running;

/// <summary>What is to run, and in what sandbox.</summary>
/// <param name="Store">Where its overlay is kept.</param>
/// <param name="Roots">The directories that it may change, absolute, as they were given.</param>
/// <param name="Isolation">What surrounds it.</param>
/// <param name="OnUnavailable">What happens where the host does not allow that.</param>
/// <param name="Strategy">How its writes are caught; null for the first way that works.</param>
/// <param name="Network">Which network it has.</param>
/// <param name="PassEnvironment">Variables that it sees besides the usual ones.</param>
/// <param name="Paths">Paths that it sees in another way than by default.</param>
/// <param name="Layers">Directories that it sees merged under mount points.</param>
/// <param name="Command">Program and arguments.</param>
internal sealed record RunRequest(
    OverlayStore Store,
    ImmutableArray<string> Roots,
    Isolation Isolation,
    OnUnavailable OnUnavailable,
    Strategy? Strategy,
    NetworkAccess Network,
    ImmutableArray<string> PassEnvironment,
    ImmutableArray<SandboxPath> Paths,
    ImmutableArray<SandboxLayer> Layers,
    ImmutableArray<string> Command)
{
    /// <summary>What it may use up.</summary>
    public StepLimits Limits { get; init; } = StepLimits.None;

    /// <summary>When its system calls are looked at.</summary>
    public TraceMode Trace { get; init; }

    /// <summary>Whether it is written to the audit log.</summary>
    public bool IsLogged { get; init; } = true;
}
