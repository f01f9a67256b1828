using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// A copy of a git worktree, as it is with all that was not committed yet, with a repository of its own for the steps: they may stage, stash and commit in
/// it, and nothing of that reaches the live one. All else is as with <see cref="CopyStrategy"/>. No git runs outside of the sandbox.
/// See docs/adr/0017-a-repository-of-the-steps-own.md.
/// </summary>
internal sealed class GitWorktreeStrategy : Strategy
{
    public override string Name => "GitWorktree";

    internal override void LayOut(OverlayRoot root, Creation creation)
    {
        var repository = RootRepository.Of(root);
        RootCopy.Make(
            root,
            creation,
            static (_, path, name, _) => path.IsRoot && RootRepository.Name.SequenceEqual(name),
            (_, copy) => PrivateRepository.Make(root, repository, copy, creation));
    }

    internal override string Shown(OverlayRoot root) => root.Upper;

    internal override SeenRoot Seen(OverlayRoot root) => new(root.Upper, Over: null)
    {
        Since = CopyIndex.MarkerOf(root),
        Own = Path.Combine(root.Path, ".git"),
        Needs = BorrowedObjects.MountsOf(root),
    };

    internal override ChangeSet Collect(Overlay overlay) => CopyComparison.Collect(overlay, RootRepository.Name.ToArray());

    internal override Diagnostic? Lost(Overlay overlay) =>
        overlay.Roots.Where(MovedReferences.IsAny).Select(static root => root.Path).ToList() is { Count: > 0 } roots ? GitDiagnostics.Lost(roots) : null;

    internal override void Trim(OverlayRoot root, IReadOnlyCollection<BytePath> kept)
    {
        BorrowedObjects.Forget(root);
        CopyTrimming.Run(root, kept);
    }
}
