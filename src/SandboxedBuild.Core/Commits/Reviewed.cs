using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>
/// What is committed is what was collected and seen: nobody has put anything else into the upper layers since. That is asked before the
/// plan is written; of modified files, where they are many, right before each moves, for by then the other threads wait for the renames anyway.
/// </summary>
internal static class Reviewed
{
    /// <summary>Whether an entry is compared in its own step: a file that is swapped, or written over the live one, from where the step left it.</summary>
    public static bool IsLate(Change change) =>
        change is { Kind: ChangeKind.Modified, Type: EntryType.File, SameAs: null, GoesWithParent: false, IsWrittenOver: false, Root.SameMount: true };

    /// <exception cref="SandboxException">SBX4001: an entry is another one, or says something else.</exception>
    public static void Require(ImmutableArray<Change> changes)
    {
        var others = Find(changes, static root => Opening.Directory(root.Upper));
        if (others.Count > 0)
        {
            throw Refused(others);
        }
    }

    /// <exception cref="SandboxException">SBX4001: it is another one, or says something else.</exception>
    public static void Require(Change change, WorkDirectories upper)
    {
        if (!IsAsCollected(change, upper))
        {
            throw Refused([change]);
        }
    }

    /// <summary>What is not any more as it was collected.</summary>
    /// <param name="changes">What was collected.</param>
    /// <param name="open">Opens the directory in which steps left what they wrote.</param>
    public static List<Change> Find(ImmutableArray<Change> changes, Func<OverlayRoot, Descriptor> open)
    {
        var isOther = new bool[changes.Length];
        using var upper = new WorkRoots(open);
        SideBySide.Run(changes.Length, upper, () => new(open), (upper, index) => isOther[index] = changes[index] is { Upper: not null, SameAs: null, Path.IsRoot: false } change && !IsAsCollected(change, upper[change.Root]));
        return [.. changes.Where((_, index) => isOther[index])];
    }

    private static SandboxException Refused(List<Change> others) =>
        ChangeDiagnostics.Conflict(others.ConvertAll(static change => (change, "what the step left there has been changed since it was looked at"))).AsException();

    private static bool IsAsCollected(Change change, WorkDirectories upper) =>
        upper.TryAround(change.Path) is { } parent && Stat.TryOf(parent, change.Path.Name) is { } now && now.IsSameVersionAs(change.Upper!.Value) && now.Type == change.Type;
}
