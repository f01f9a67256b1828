using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>Overlayfs: the live root below, an upper layer over it that catches what is written.</summary>
internal sealed class OverlayStrategy : Strategy
{
    public override string Name => "Overlay";

    internal override bool Mounts => true;

    internal override void LayOut(OverlayRoot root, Creation creation)
    {
        File.CreateSymbolicLink(root.Lower, root.Path);
        Directory.CreateDirectory(root.Merged);
        UpperRoot.Make(root);
    }

    internal override void Prepare(OverlayRoot root)
    {
        // Overlayfs wants it empty, and a volatile mount leaves a mark in it that refuses the next one.
        TreeRemoval.Remove(root.Work);
        Directory.CreateDirectory(root.Work);
    }

    internal override string Shown(OverlayRoot root) => root.Merged;

    internal override SeenRoot Seen(OverlayRoot root) => new(root.Path, root.Upper);

    internal override ChangeSet Collect(Overlay overlay) => Collector.FromUppers(overlay);

    // Overlayfs leaves a directory of mode 000 in it, by which rm -r of the whole cache would fail.
    internal override void Trim(OverlayRoot root, IReadOnlyCollection<BytePath> kept) => TreeRemoval.Remove(root.Work);
}
