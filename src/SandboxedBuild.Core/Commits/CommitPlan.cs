using System.Collections.Immutable;
using SandboxedBuild.Changes;

namespace SandboxedBuild.Commits;

/// <summary>All that a commit is going to do, in order.</summary>
/// <param name="Operations">What is done to the live tree.</param>
/// <param name="Committed">The changes that are thereby taken over, in the change set's order.</param>
internal sealed record CommitPlan(ImmutableArray<CommitOperation> Operations, ImmutableArray<Change> Committed);
