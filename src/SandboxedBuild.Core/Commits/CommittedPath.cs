using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>One step of a commit that is over: what came or went whole counts as one.</summary>
/// <param name="Root">The root.</param>
/// <param name="Path">The path below it.</param>
/// <param name="Kind">Added, modified, deleted, or metadata of a directory.</param>
public sealed record CommittedPath(OverlayRoot Root, BytePath Path, ChangeKind Kind)
{
    /// <summary>What a commit did, from the backup that it left.</summary>
    /// <exception cref="Diagnostics.SandboxException">Its plan cannot be read.</exception>
    public static ImmutableArray<CommittedPath> Of(OverlaySummary backup)
    {
        var overlay = new Overlay(backup.Directory, new(OverlayManifest.CurrentVersion, backup.Id, 0, null, backup.Roots), owner: null);
        return
        [
            .. CommitJournal.Read(overlay).Entries
                .Select(entry => new CommittedPath(backup.Roots.First(root => root.Number == entry.Root), entry.Path, KindOf(entry.Action)))
                .OrderBy(static path => path.Root.Number).ThenBy(static path => path.Path),
        ];
    }

    private static ChangeKind KindOf(CommitAction action) => action switch
    {
        CommitAction.MoveIn or CommitAction.MakeDirectory => ChangeKind.Added,
        CommitAction.MoveOut => ChangeKind.Deleted,
        CommitAction.SetMetadata => ChangeKind.Metadata,
        _ => ChangeKind.Modified,
    };
}
