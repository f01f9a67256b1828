using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// The live root itself, as a transaction: the root is copied first, steps write to it in place, and what they changed is accepted where it is or
/// taken back from the copy. The copy is the upper directory, so that a backup of it is like any other.
/// </summary>
internal sealed class SnapshotStrategy : Strategy
{
    public override string Name => "Snapshot";

    internal override bool IsInPlace => true;

    internal override void LayOut(OverlayRoot root, Creation creation)
    {
        StepTimes.RequireClock(root);
        RootCopy.Make(root, creation);
    }

    internal override string Shown(OverlayRoot root) => root.Path;

    internal override string Written(OverlayRoot root) => root.Path;

    internal override SeenRoot Seen(OverlayRoot root) => InPlaceView.Of(root, CopyIndex.PassedOf(root)) with { Since = CopyIndex.MarkerOf(root) };

    internal override ChangeSet Collect(Overlay overlay)
    {
        var times = StepTimes.Of(overlay);
        return new([.. overlay.Roots.SelectMany(root => times.Theirs(CopyComparison.InPlace(root, overlay.Progress)))], []) { IsInPlace = true };
    }

    internal override CommitResult Accept(Overlay overlay, ChangeSet changes, CommitRequest request) => SnapshotAcceptance.Run(overlay, changes, request);

    internal override Diagnostic? TakeBack(Overlay overlay) => SnapshotRollback.Run(overlay);

    internal override Diagnostic? Recover(Overlay overlay) => SnapshotRollback.IsDue(overlay) ? InPlaceDiagnostics.CutOff(overlay, TakeBack(overlay)) : null;

    internal override void KeepForLater(Overlay overlay) => SnapshotSetAside.Run(overlay);

    internal override void Trim(OverlayRoot root, IReadOnlyCollection<BytePath> kept) => CopyTrimming.Run(root, kept);
}
