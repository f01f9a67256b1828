using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>
/// An overlay that a program mounts and the kernel does not (fuse-overlayfs): for hosts that let nobody mount overlayfs, and state on what cannot be its
/// upper layer. When a step is over, a layer of its changes is put together from what it saw.
/// </summary>
internal sealed class FuseOverlayStrategy : Strategy
{
    public override string Name => "FuseOverlay";

    /// <summary>The daemon may have files open there until it has ended.</summary>
    internal override bool IsOverWithStep => false;

    internal override void LayOut(OverlayRoot root, Creation creation)
    {
        Directory.CreateDirectory(root.Lower);
        Directory.CreateDirectory(root.Merged);
        UpperRoot.Make(root);
    }

    internal override void Prepare(OverlayRoot root)
    {
        TreeRemoval.Remove(root.Work);
        Directory.CreateDirectory(root.Work);
        MergedTaking.Mark(root);
    }

    internal override StepView Mount(Overlay overlay, HostTools tools) => FuseView.Mount(overlay, tools);

    internal override string Shown(OverlayRoot root) => root.Merged;

    internal override SeenRoot Seen(OverlayRoot root) => new(root.Path, root.Upper);

    internal override ChangeSet Collect(Overlay overlay) => CopyComparison.CollectTaken(overlay);

    internal override void Trim(OverlayRoot root, IReadOnlyCollection<BytePath> kept)
    {
        TreeRemoval.Remove(root.Work);
        TakenChanges.Drop(root);
    }
}
