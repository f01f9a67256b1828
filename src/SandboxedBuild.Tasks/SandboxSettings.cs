using System.Collections.Immutable;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Tasks;

/// <summary>A project's defaults for its steps, from the SDK's properties and items.</summary>
/// <param name="Enabled">Whether steps are sandboxed at all.</param>
/// <param name="Root">The directory that steps may change, absolute.</param>
/// <param name="Isolation">What surrounds the commands of steps.</param>
/// <param name="OnUnavailable">What happens where the host does not allow that.</param>
/// <param name="Network">Which network steps have.</param>
/// <param name="Strategy">How writes are caught; null for the first way that works.</param>
/// <param name="Confirm">What becomes of a step that no rule admits.</param>
/// <param name="PolicyFile">The policy file that was named, or null for the nearest one.</param>
/// <param name="StateDirectory">Where overlays are kept, absolute, or null for the usual places.</param>
/// <param name="Durability">What of a commit is made durable.</param>
/// <param name="Retention">How long the backup of a commit is kept.</param>
/// <param name="Undeclared">What becomes of changes that are not to declared outputs.</param>
/// <param name="Paths">Paths that steps see in another way than by default.</param>
/// <param name="Layers">Directories that steps see merged under mount points.</param>
/// <param name="ListLayerConflicts">Whether it is told what layers hide of one another.</param>
/// <param name="PassEnvironment">Variables that steps see besides the usual ones.</param>
/// <param name="PackageFolders">NuGet's, absolute; none before the project is restored.</param>
internal sealed record SandboxSettings(
    bool Enabled,
    string Root,
    Isolation Isolation,
    OnUnavailable OnUnavailable,
    NetworkAccess Network,
    Strategy? Strategy,
    GateDecision Confirm,
    string? PolicyFile,
    string? StateDirectory,
    Durability Durability,
    Retention Retention,
    UndeclaredChanges Undeclared,
    ImmutableArray<SandboxPath> Paths,
    ImmutableArray<SandboxLayer> Layers,
    bool ListLayerConflicts,
    ImmutableArray<string> PassEnvironment,
    ImmutableArray<string> PackageFolders)
{
    /// <summary>What steps may use up.</summary>
    public StepLimits Limits { get; init; } = StepLimits.None;

    /// <summary>Whether the binlog gets what a step changed line by line.</summary>
    public bool EmbedPatch { get; init; }

    /// <summary>Whether the audit log gets a line of each step.</summary>
    public bool AuditLog { get; init; } = true;

    /// <summary>When the system calls of steps are looked at.</summary>
    public TraceMode Trace { get; init; }

    /// <summary>Whether it is kept which files a step has read.</summary>
    public ReadTracking TrackReads { get; init; }

    /// <summary>What becomes of reads that are not of declared inputs.</summary>
    public UndeclaredInputs UndeclaredInputs { get; init; }

    /// <summary>What there is without the SDK's targets: everything at its default.</summary>
    public static SandboxSettings Default(string root) => new(true, root, Isolation.Bubblewrap, OnUnavailable.Error, NetworkAccess.None, null, GateDecision.Deny, null, null, Durability.Journal, Retention.Default, UndeclaredChanges.Commit, [], [], false, [], []);

    /// <summary>Equal for settings that mean the same.</summary>
    public string Fingerprint => string.Join(
        '\n',
        [Enabled.ToString(), Root, Isolation.ToString(), OnUnavailable.ToString(), Network.ToString(), Strategy?.Name, Confirm.ToString(), PolicyFile, StateDirectory, Durability.ToString(), Retention.ToString(), Undeclared.ToString(), Limits.ToString(), EmbedPatch.ToString(), Trace.ToString(), AuditLog.ToString(), TrackReads.ToString(), UndeclaredInputs.ToString(), .. PackageFolders, .. Paths.Select(static path => path.ToString()), .. Layers.Select(static layer => layer.ToString()), ListLayerConflicts.ToString(), .. PassEnvironment]);
}
