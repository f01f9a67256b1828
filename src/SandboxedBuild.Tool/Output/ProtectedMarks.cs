using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tool.Output;

/// <summary>Which changes of a listing are protected, and why.</summary>
internal sealed class ProtectedMarks
{
    private readonly Dictionary<(OverlayRoot Root, BytePath Path), string> _reasons;

    private ProtectedMarks(Dictionary<(OverlayRoot Root, BytePath Path), string> reasons) => _reasons = reasons;

    /// <summary>No change is.</summary>
    public static ProtectedMarks None { get; } = new([]);

    /// <summary>Those of a change set.</summary>
    public static ProtectedMarks Of(ChangeSet changes, ProtectedPaths protection) =>
        new(protection.Find(changes).ToDictionary(static found => (found.Change.Root, found.Change.Path), static found => found.Why));

    /// <summary>How many of those that a commit would take need a grant that it has not.</summary>
    public int NeedGrant(IEnumerable<Change> changes, CommitRequest request) =>
        request.Protection == ProtectedPaths.None ? 0 : changes.Count(change => Why(change) is not null && request.Selection.Includes(change));

    /// <summary>The same for a change with all that goes with it: what takes the place of a directory takes what is in it away.</summary>
    public string? WhyWith(Change change, ChangeSet changes) =>
        Why(change) ?? (change.Kind == ChangeKind.Modified ? changes.Entries.Where(entry => entry.Root == change.Root && entry.Path.IsAtOrBelow(change.Path)).Select(Why).FirstOrDefault(static why => why is not null) : null);

    /// <summary>Why a change is protected; a renamed file for either of its names. Null where it is not.</summary>
    public string? Why(Change change) =>
        _reasons.GetValueOrDefault((change.Root, change.Path)) ?? (change.RenamedFrom is { } old ? _reasons.GetValueOrDefault((change.Root, old)) : null);
}
