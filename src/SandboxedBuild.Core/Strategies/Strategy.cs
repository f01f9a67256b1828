using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>
/// How what steps write is caught: what is laid out for a root, what is mounted at its path inside, and how the changes are told from
/// it. A strategy has no state of its own; what it knows of an overlay is in the overlay's storage, so that another process can go on.
/// </summary>
public abstract class Strategy
{
    private const string Auto = "Auto";

    private protected Strategy()
    {
    }

    /// <summary>Overlayfs of the kernel: only what is written is copied, when it is written.</summary>
    public static Strategy Overlay { get; } = new OverlayStrategy();

    /// <summary>Overlays that fuse-overlayfs mounts.</summary>
    public static Strategy FuseOverlay { get; } = new FuseOverlayStrategy();

    /// <summary>A full copy of each root, made before the first step.</summary>
    public static Strategy Copy { get; } = new CopyStrategy();

    /// <summary>A copy of each root, which is a git worktree, with a repository of its own.</summary>
    public static Strategy GitWorktree { get; } = new GitWorktreeStrategy();

    /// <summary>The live roots themselves, with a copy of what was before, to which a rollback returns.</summary>
    public static Strategy Snapshot { get; } = new SnapshotStrategy();

    /// <summary>The live roots themselves, with no way back.</summary>
    public static Strategy None { get; } = new NoneStrategy();

    /// <summary>All there are.</summary>
    public static ImmutableArray<Strategy> All { get; } = [Overlay, FuseOverlay, Copy, GitWorktree, Snapshot, None];

    /// <summary>Those that are tried when nobody names one, in this order: none of them touches the live tree before a commit.</summary>
    public static ImmutableArray<Strategy> Automatic { get; } = [Overlay, FuseOverlay, Copy];

    /// <summary>The name, as a user writes it and a manifest records it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether what steps have changed can be thrown away, held or committed in part. If not, it is live for good as soon as it is done.</summary>
    public virtual bool HasWayBack => true;

    /// <summary>Whether an overlay has to be mounted before a step; else the step gets <see cref="Shown"/>.</summary>
    internal virtual bool Mounts => false;

    /// <summary>Whether steps write to the live roots themselves.</summary>
    internal virtual bool IsInPlace => false;

    /// <summary>Whether nothing has to be ended or taken back when a step is over, so that its state can be removed beside whatever comes next.</summary>
    internal virtual bool IsOverWithStep => !IsInPlace;

    /// <summary>The strategy of this name, in whatever case; null where there is none.</summary>
    public static Strategy? Named(string name) => All.FirstOrDefault(strategy => string.Equals(strategy.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What somebody has written: a name, or <c>Auto</c> or nothing for the first that works, which is null.</summary>
    /// <param name="parameter">Where it was written, for the message.</param>
    /// <param name="value">What was written.</param>
    /// <exception cref="SandboxException">There is no such strategy; the message lists those that there are.</exception>
    public static Strategy? Parse(string parameter, string? value) =>
        string.IsNullOrWhiteSpace(value) || string.Equals(value.Trim(), Auto, StringComparison.OrdinalIgnoreCase) ? null
            : Named(value.Trim()) ?? throw InputDiagnostics.InvalidValue(parameter, value, All.Select(static strategy => strategy.Name).Prepend(Auto)).AsException();

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>Makes the storage of a root ready, whose directory is there and empty.</summary>
    internal abstract void LayOut(OverlayRoot root, Creation creation);

    /// <summary>Makes the storage ready for one more step.</summary>
    internal virtual void Prepare(OverlayRoot root)
    {
    }

    /// <summary>Mounts for one step what its chain does not mount itself; null where there is nothing of that kind.</summary>
    internal virtual StepView? Mount(Overlay overlay, HostTools tools) => null;

    /// <summary>The directory of the host that a step sees at the root's path, where nothing is mounted for it.</summary>
    internal abstract string Shown(OverlayRoot root);

    /// <summary>What a step sees at the root's path, for those who have to find their way in it beforehand.</summary>
    internal abstract SeenRoot Seen(OverlayRoot root);

    /// <summary>The directory in which what steps write takes up room.</summary>
    internal virtual string Written(OverlayRoot root) => root.Upper;

    /// <summary>What the steps changed.</summary>
    internal abstract ChangeSet Collect(Overlay overlay);

    /// <summary>Commits where steps wrote to the live roots themselves. The caller has the overlay's turn.</summary>
    internal virtual CommitResult Accept(Overlay overlay, ChangeSet changes, CommitRequest request) => throw new InvalidOperationException($"{Name} has nothing to accept");

    /// <summary>Brings the live roots to where they were before the steps, where these wrote to them and that was not accepted.</summary>
    /// <exception cref="SandboxException">It could not be done; the state is kept.</exception>
    /// <returns>What a person should know of it; null for nothing.</returns>
    internal virtual Diagnostic? TakeBack(Overlay overlay) => null;

    /// <summary>Sees to what steps did in live roots that nobody has accepted, for whoever ran them was killed.</summary>
    /// <returns>What a person should know; null where there is nothing of that kind.</returns>
    internal virtual Diagnostic? Recover(Overlay overlay) => null;

    /// <summary>Sees to it that the live roots are as before the steps, and what these changed can be committed later.</summary>
    /// <exception cref="SandboxException">That is not possible, or it failed.</exception>
    internal virtual void KeepForLater(Overlay overlay)
    {
    }

    /// <summary>What steps did that is no change of a root, and goes with the overlay.</summary>
    /// <returns>What a person should know of that; null for nothing.</returns>
    internal virtual Diagnostic? Lost(Overlay overlay) => null;

    /// <summary>Removes from the storage of a root what the backup of a commit has no use for.</summary>
    internal abstract void Trim(OverlayRoot root, IReadOnlyCollection<Paths.BytePath> kept);
}
