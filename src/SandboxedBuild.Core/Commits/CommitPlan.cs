using System.Collections.Immutable;
using SandboxedBuild.Changes;

namespace SandboxedBuild.Commits;

/// <summary>All that a commit is going to do, in order.</summary>
/// <param name="Operations">What is done to the live tree.</param>
/// <param name="Committed">The changes that are thereby taken over, in the change set's order.</param>
/// <param name="Notable">Those of them that do not merely come along.</param>
internal sealed record CommitPlan(ImmutableArray<CommitOperation> Operations, ImmutableArray<Change> Committed, ImmutableArray<Change> Notable)
{
    /// <summary>What is taken over as people are told of it.</summary>
    public ImmutableArray<Change> Told(bool allowSetId) =>
        [.. Committed.Where(static change => change is { Kind: not ChangeKind.Metadata, RenamedTo: null }).Select(change => ChangeSet.Report(allowSetId ? change : UpperCleaning.Cleaned(change)))];
}
