using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Commits;

/// <summary>How to commit.</summary>
/// <param name="Selection">Which changes.</param>
/// <param name="OnConflict">What to do with entries that somebody else changed meanwhile.</param>
/// <param name="DryRun">Whether to stop before the first change to the live tree, with everything checked.</param>
/// <param name="Durability">What is made durable.</param>
/// <param name="Retention">How long the backup is kept; null for not at all.</param>
/// <param name="IsReviewed">
/// Whether a person has looked at the changes since they were collected: then all of them are compared with what was collected once more,
/// and not only those that are moved.
/// </param>
/// <param name="AllowSetId">Whether new files keep their setuid and setgid bits, with which they run with their owner's rights.</param>
public sealed record CommitRequest(Selection Selection, ConflictPolicy OnConflict = ConflictPolicy.Error, bool DryRun = false, Durability Durability = Durability.Journal, Retention? Retention = null, bool AllowSetId = false, bool IsReviewed = false)
{
    /// <summary>What is not committed without a grant.</summary>
    public ProtectedPaths Protection { get; init; } = ProtectedPaths.Default;

    /// <summary>Everything, if nobody else changed any of it.</summary>
    public static CommitRequest Everything { get; } = new(Selection.All);
}
