using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Commits;

/// <summary>
/// Applies a change set to the live tree: all of it or nothing. Every step is one rename, so that nothing that exists is ever missing
/// in between; a journal, durable before the first step, lets whoever comes after a crash carry on or go back.
/// </summary>
public static class Commit
{
    /// <summary>Commits. The caller has the overlay's turn, and throws the overlay away afterwards.</summary>
    /// <exception cref="ProtectedException">Something of it is protected; the live tree is as before, and the overlay too.</exception>
    /// <exception cref="SandboxException">
    /// A conflict, something that cannot be committed safely, or a failure that was taken back: the live tree is as before.
    /// </exception>
    public static CommitResult Run(Overlay overlay, ChangeSet changes, CommitRequest request)
    {
        try
        {
            if (overlay.Strategy.HasWayBack)
            {
                Refuse.Unsafe(changes, request.Selection);
            }

            using var locks = overlay.LockRoots(CancellationToken.None);
            if (changes.IsInPlace)
            {
                return overlay.Strategy.Accept(overlay, changes, request);
            }

            var plan = Resolve(CommitPlanner.Plan(changes, request.Selection), overlay, request.OnConflict);
            RequireGrants(plan, overlay, request.Protection);
            var result = new CommitResult(plan.Told(request.AllowSetId), []);
            return request.DryRun ? result : result with { Warnings = [.. plan.Operations.IsEmpty ? [] : Carry(plan, overlay, changes, request), .. new[] { overlay.Lost() }.OfType<Diagnostic>()] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing has moved yet: from there on, the journal sees to it.
            throw (CommitJournal.IsOpen(overlay.Directory) ? ChangeDiagnostics.CommitNotUndone("it did not come to its end", e.Message, overlay.Directory) : ChangeDiagnostics.CommitUndone(e.Message)).AsException();
        }
    }

    /// <summary>Of what this very commit would do, and of nothing that it leaves out.</summary>
    internal static void RequireGrants(CommitPlan plan, Overlay overlay, ProtectedPaths protection)
    {
        if (protection.Find(plan.Committed, plan.Notable) is { IsEmpty: false } found)
        {
            throw new ProtectedException(ExecutionDiagnostics.Protected(overlay, found), found);
        }
    }

    private static ImmutableArray<Diagnostic> Carry(CommitPlan plan, Overlay overlay, ChangeSet changes, CommitRequest request)
    {
        using var review = Reviewed.Begin(request.IsReviewed ? plan.Committed : [.. plan.Operations.Select(static operation => operation.Change)]);
        CommitJournal.Announce(overlay);
        var warnings = UpperCleaning.Run(plan, changes.Residue, request.AllowSetId).ToImmutableArray();
        using var sites = CommitSites.Open(overlay);
        var journal = CommitJournal.For(CommitPreparation.Prepare(plan, sites, overlay.Progress), request.Durability);

        // Once more, for copying across mounts takes its time.
        _ = request.OnConflict == ConflictPolicy.Overwrite || overlay.Roots.All(static root => root.SameMount) ? plan : Resolve(plan with { Operations = [.. plan.Operations.Where(static operation => operation.Action != CommitAction.SetMetadata)] }, overlay, ConflictPolicy.Error);
        request.Retention?.Write(overlay.Directory);
        journal.Begin(overlay, review.Require);
        JournalRun.Begin(journal, overlay, sites);
        return warnings;
    }

    private static CommitPlan Resolve(CommitPlan plan, Overlay overlay, ConflictPolicy policy)
    {
        var conflicts = Conflicts.Among(plan.Operations, overlay);
        return conflicts.Count == 0 ? plan
            : policy == ConflictPolicy.Error ? throw ChangeDiagnostics.Conflict(conflicts.Select(static conflict => (conflict.Operation.Change, conflict.Reason)).ToList()).AsException()
            : policy == ConflictPolicy.Skip ? Without(plan, conflicts.Select(static conflict => conflict.Operation))
            : Overwriting(plan, conflicts.Select(static conflict => conflict.Operation));
    }

    private static CommitPlan Without(CommitPlan plan, IEnumerable<CommitOperation> dropped)
    {
        var gone = dropped.Select(static operation => (operation.Change.Root, operation.Change.Path, operation.Action == CommitAction.SetMetadata)).ToHashSet();

        // What lies below a directory that is not made, or comes and goes with an entry that stays, stays too.
        bool IsDropped(Change change)
        {
            if (gone.Contains((change.Root, change.Path, true)) || gone.Contains((change.Root, change.Path, false)))
            {
                return true;
            }

            var path = change.Path;
            while (!path.IsRoot)
            {
                path = path.Parent;
                if (gone.Contains((change.Root, path, false)))
                {
                    return true;
                }
            }

            return false;
        }

        return new([.. plan.Operations.Where(operation => !IsDropped(operation.Change))], [.. plan.Committed.Where(change => !IsDropped(change))], [.. plan.Notable.Where(change => !IsDropped(change))]);
    }

    private static CommitPlan Overwriting(CommitPlan plan, IEnumerable<CommitOperation> conflicts)
    {
        var inConflict = conflicts.ToHashSet(ReferenceEqualityComparer.Instance);
        return plan with { Operations = [.. plan.Operations.Select(operation => inConflict.Contains(operation) ? Overwriting(operation) : operation).OfType<CommitOperation>()] };
    }

    /// <summary>The operation on what is there now; null when nothing is left to do.</summary>
    private static CommitOperation? Overwriting(CommitOperation operation)
    {
        using var live = operation.Change.Root.OpenLive();
        using var parent = Opening.TryDirectory(live, operation.Change.Path.Parent)
            ?? throw ChangeDiagnostics.Conflict([(operation.Change, "the directory that it is in is gone")]).AsException();
        var now = Stat.TryOf(parent, operation.Change.Path.Name);
        var change = operation.Change with { Live = now };
        return operation.Action switch
        {
            CommitAction.MoveIn or CommitAction.Exchange => new(now is null ? CommitAction.MoveIn : CommitAction.Exchange, change),
            CommitAction.MoveOut when now is null => null,
            _ => operation with { Change = change },
        };
    }
}
