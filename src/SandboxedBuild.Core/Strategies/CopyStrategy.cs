using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// A copy of the whole root, which steps write to in its place. Asks nothing of the kernel but a bind mount. What was changed is found by
/// comparing the copy with the notes that were taken when it was made, and with the live tree.
/// </summary>
internal sealed class CopyStrategy : Strategy
{
    public override string Name => "Copy";

    internal override void LayOut(OverlayRoot root, Creation creation) => RootCopy.Make(root, creation);

    internal override string Shown(OverlayRoot root) => root.Upper;

    internal override SeenRoot Seen(OverlayRoot root) => new(root.Upper, Over: null) { Since = CopyIndex.MarkerOf(root) };

    internal override ChangeSet Collect(Overlay overlay) => CopyComparison.Collect(overlay);

    internal override void Trim(OverlayRoot root, IReadOnlyCollection<BytePath> kept) => CopyTrimming.Run(root, kept);
}
