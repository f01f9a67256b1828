using SandboxedBuild.Changes;
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
    public static ProtectedMarks Of(ChangeSet changes) =>
        new(ProtectedPaths.Default.Find(changes.Entries).ToDictionary(static found => (found.Change.Root, found.Change.Path), static found => found.Why));

    /// <summary>Why a change is protected; a renamed file for either of its names. Null where it is not.</summary>
    public string? Why(Change change) =>
        _reasons.GetValueOrDefault((change.Root, change.Path)) ?? (change.RenamedFrom is { } old ? _reasons.GetValueOrDefault((change.Root, old)) : null);
}
