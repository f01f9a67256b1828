using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Strategies;

/// <summary>Takes over what steps have done in live roots: nothing moves. What was before stays as the backup of this commit.</summary>
internal static class SnapshotAcceptance
{
    public static CommitResult Run(Overlay overlay, ChangeSet changes, CommitRequest request)
    {
        var theirs = new ChangeSet([.. StillTheirs(changes, request)], changes.Residue) { IsInPlace = true };
        var plan = CommitPlanner.Plan(theirs, request.Selection);
        Commit.RequireGrants(plan, overlay, request.Protection);
        var losesSetId = !request.AllowSetId && plan.Committed.Any(UpperCleaning.GainsSetId);
        if (!request.DryRun && (losesSetId || plan.Committed.Length < theirs.Entries.Length))
        {
            // Not all stays as it is. So all of it is taken back first, and what is wanted is committed as from a copy.
            overlay.Strategy.KeepForLater(overlay);
            return Commit.Run(overlay, overlay.Strategy.Collect(overlay), request);
        }

        if (!request.DryRun && !plan.Operations.IsEmpty)
        {
            Carry(overlay, plan, request);
        }

        return new(plan.Told(request.AllowSetId), []);
    }

    /// <summary>Without what somebody has changed since the changes were collected: that is live already, whatever else happens.</summary>
    /// <exception cref="Diagnostics.SandboxException">SBX4001: there is such a thing, and it was not asked for to leave it alone.</exception>
    private static IEnumerable<Change> StillTheirs(ChangeSet changes, CommitRequest request)
    {
        var others = Reviewed.Find(changes.Entries, static root => root.OpenLive());
        return others.Count == 0 ? changes.Entries
            : request.OnConflict == ConflictPolicy.Error ? throw Diagnostics.ChangeDiagnostics.Conflict(others.ConvertAll(static change => (change, "it has been changed meanwhile"))).AsException()
            : changes.Entries.Except(others);
    }

    private static void Carry(Overlay overlay, CommitPlan plan, CommitRequest request)
    {
        CommitJournal.Announce(overlay);
        if (overlay.Roots.All(static root => root.SameMount))
        {
            using var sites = CommitSites.Open(overlay);
            var journal = CommitJournal.For(AcceptedSteps.Of(plan, sites), request.Durability);
            request.Retention?.Write(overlay.Directory);
            journal.BeginDone(overlay);
            AcceptedSteps.Settle(journal, sites);
            return;
        }

        // No backup is kept across mounts, so nobody will ask what was done.
        Retention.Forget(overlay.Directory);
        CommitJournal.For([], request.Durability).BeginDone(overlay);
    }
}
