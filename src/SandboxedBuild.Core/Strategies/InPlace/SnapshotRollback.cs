using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// Brings back what was in live roots before steps wrote to them: the commit of what was before over what is there now, with the same renames and the
/// same journal as any other, so that it is carried on if it is cut off. What somebody else has changed since stays as it is.
/// </summary>
internal static class SnapshotRollback
{
    /// <summary>Somebody may write to an entry at the moment in which it is moved.</summary>
    private const int Attempts = 3;

    /// <summary>Whether there is anything to bring back: steps ran, and what they did was neither accepted nor taken back.</summary>
    public static bool IsDue(Overlay overlay) =>
        StepTimes.IsAny(overlay) && !CommitJournal.IsOpen(overlay.Directory)
        && (!CommitJournal.IsThere(overlay.Directory) || (CommitJournal.GoesBack(overlay) && CommitJournal.Read(overlay).IsRollback));

    /// <summary>Brings it back.</summary>
    /// <param name="overlay">The overlay, whose state stays.</param>
    /// <param name="then">Is done with what was carried out, while the roots are locked and their yards are there.</param>
    /// <returns>What stays as somebody else has left it; null for nothing.</returns>
    /// <exception cref="SandboxException">SBX4020: it failed, and what the steps did is there. SBX4004: the roots are in between, and a recovery goes on.</exception>
    public static Diagnostic? Run(Overlay overlay, Action<CommitJournal, CommitSites>? then = null)
    {
        if (!IsDue(overlay))
        {
            return null;
        }

        using var locks = overlay.LockRoots(CancellationToken.None);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Once(overlay, then);
            }
            catch (SandboxException e) when (IsDue(overlay))
            {
                if (attempt == Attempts)
                {
                    throw InPlaceDiagnostics.NotRolledBack(overlay, e.Message).AsException();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw (CommitJournal.IsOpen(overlay.Directory) ? ChangeDiagnostics.CommitNotUndone("what a step changed could not be taken back", e.Message, overlay.Directory) : InPlaceDiagnostics.NotRolledBack(overlay, e.Message)).AsException();
            }
        }
    }

    private static Diagnostic? Once(Overlay overlay, Action<CommitJournal, CommitSites>? then)
    {
        if (CommitJournal.IsThere(overlay.Directory))
        {
            // An attempt was taken back, by which everything has been moved, and has the ctime of that.
            StepTimes.Extend(overlay, CommitJournal.DoneAt(overlay));
            RestoreTimes(overlay);
        }

        overlay.Roots.ToList().ForEach(root => Yard.Clear(root, overlay.Id));
        var times = StepTimes.Of(overlay);
        ImmutableArray<Change> former = [.. overlay.Roots.SelectMany(root => CopyComparison.InPlace(root, overlay.Progress)).Select(Former)];
        var plan = CommitPlanner.Plan(new(former, []), new(change => times.Cover(change.Live)));
        Retention.Forget(overlay.Directory);
        CommitJournal.Announce(overlay);
        using (var sites = CommitSites.Open(overlay))
        {
            var journal = CommitJournal.For(CommitPreparation.Prepare(plan, sites, overlay.Progress), Durability.Journal) with { IsRollback = true };
            journal.Begin(overlay);
            JournalRun.Begin(journal, overlay, sites, then is null ? null : () => then(journal, sites));
        }

        // What others did before the last step is theirs alone; since then, it may have been to what a step had changed.
        var done = plan.Committed.Select(static change => (change.Root, change.Path)).ToHashSet();
        var left = former.Where(change => change.Kind != ChangeKind.Metadata && !done.Contains((change.Root, change.Path)) && change.Live?.Changed > times.Steps[^1].From).ToList();
        return left.Count == 0 ? null : InPlaceDiagnostics.ChangedSinceStep(left);
    }

    /// <summary>The directories of what was before, which an attempt has moved entries out of and into, are to be as they were.</summary>
    private static void RestoreTimes(Overlay overlay)
    {
        foreach (var entry in CommitJournal.Read(overlay).Entries.Where(static entry => entry.Action == CommitAction.SetMetadata))
        {
            using var upper = Opening.Directory(overlay.Roots.First(root => root.Number == entry.Root).Upper);
            var path = entry.Path;
            using var parent = Opening.TryDirectory(upper, path.Parent);
            if (parent is not null && (path.IsRoot || Stat.TryOf(parent, path.Name) is { IsDirectory: true }))
            {
                Metadata.Set(parent, path.Name, entry.After!);
            }
        }
    }

    /// <summary>The change that brings back what was before.</summary>
    private static Change Former(Change change) => change with
    {
        Kind = change.Kind switch
        {
            ChangeKind.Added => ChangeKind.Deleted,
            ChangeKind.Deleted => ChangeKind.Added,
            var kind => kind,
        },
        Type = (change.Live ?? change.Upper)!.Value.Type,
        Upper = change.Live,
        Live = change.Upper,
        RenamedFrom = null,
        RenamedTo = null,
        IsDisplaced = false,
        Marks = OverlayMarks.None,
    };
}
