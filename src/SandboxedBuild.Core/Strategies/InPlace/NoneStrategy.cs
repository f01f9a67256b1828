using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// The live root itself, with no way back: what a step has done is done. What was changed is told by looking at the tree before and after. A commit only takes note of it;
/// nothing can be rolled back, held, left out or undone.
/// </summary>
internal sealed class NoneStrategy : Strategy
{
    public override string Name => "None";

    public override bool HasWayBack => false;

    internal override bool IsInPlace => true;

    internal override void LayOut(OverlayRoot root, Creation creation)
    {
        StepTimes.RequireClock(root);
        NotedTree.Note(root, creation.Cancellation);
    }

    internal override string Shown(OverlayRoot root) => root.Path;

    internal override string Written(OverlayRoot root) => root.Path;

    internal override SeenRoot Seen(OverlayRoot root)
    {
        var noted = NotedTree.Read(root);
        return InPlaceView.Of(root, noted.Passed) with { Since = noted.Marker };
    }

    internal override ChangeSet Collect(Overlay overlay)
    {
        var times = StepTimes.Of(overlay);
        return new([.. overlay.Roots.SelectMany(root => times.Theirs([.. NotedComparison.Run(root)]))], []) { IsInPlace = true };
    }

    /// <exception cref="SandboxException">SBX1021: something was to be left out. SBX4023: something protected has been changed, out of a sandbox.</exception>
    internal override CommitResult Accept(Overlay overlay, ChangeSet changes, CommitRequest request)
    {
        var plan = CommitPlanner.Plan(changes, request.Selection);
        if (plan.Committed.Length < changes.Entries.Length)
        {
            throw InPlaceDiagnostics.CannotGoBack("leave out some of the changes").AsException();
        }

        if (!request.DryRun)
        {
            // From here on nobody has to be told that it stays.
            StepTimes.Forget(overlay.Directory);
        }

        var grave = request.Protection.Find(changes).Select(static found => found.Change).Concat(request.AllowSetId ? [] : plan.Committed.Where(UpperCleaning.GainsSetId)).ToList();
        return grave.Count == 0 ? new([.. changes.Reported], [])

            // What had all rights can have done worse, and is in nobody's way if it works in a repository.
            : PlainStep.WasIn(overlay) ? new([.. changes.Reported], [InPlaceDiagnostics.ProtectedStays(grave, "without a sandbox") with { IsWarning = true }])
            : throw InPlaceDiagnostics.ProtectedStays(grave, "with SandboxStrategy=None").AsException();
    }

    internal override Diagnostic? TakeBack(Overlay overlay)
    {
        if (!StepTimes.IsAny(overlay))
        {
            return null;
        }

        ImmutableArray<Change> reported = [.. Collect(overlay).Reported];
        StepTimes.Forget(overlay.Directory);
        return reported.IsEmpty ? null : InPlaceDiagnostics.Stays(reported);
    }

    internal override Diagnostic? Recover(Overlay overlay) => TakeBack(overlay);

    internal override void KeepForLater(Overlay overlay) => throw InPlaceDiagnostics.CannotGoBack("keep changes for a later decision").AsException();

    internal override void Trim(OverlayRoot root, IReadOnlyCollection<BytePath> kept)
    {
        // Nothing is kept.
    }
}
