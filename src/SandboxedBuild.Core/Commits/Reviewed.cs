using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>
/// What is committed is what was collected and seen: nobody has put anything else into the upper layers since. Of what a commit only moves, that is found out beside
/// its making ready, by other threads where there is much; of what it cleans, copies or links on the way, before.
/// </summary>
internal sealed class Reviewed : IDisposable
{
    private readonly ImmutableArray<Change> _changes;
    private readonly bool[] _isOther;
    private readonly Func<WorkRoots> _open;
    private readonly SharedWork<WorkRoots> _look;

    private Reviewed(ImmutableArray<Change> changes, Func<OverlayRoot, Descriptor> open)
    {
        _changes = changes;
        _isOther = new bool[changes.Length];
        _open = () => new(open);
        _look = SideBySide.Begin(changes.Length, _open, (upper, index) => _isOther[index] = changes[index] is { Upper: not null, Path.IsRoot: false } change && !IsAsCollected(change, upper[change.Root]));
    }

    /// <summary>Begins to look at what only moves, and looks at everything else.</summary>
    /// <exception cref="SandboxException">SBX4001: an entry is another one, or says something else.</exception>
    public static Reviewed Begin(ImmutableArray<Change> changes)
    {
        var rest = new Reviewed([.. changes.Where(OnlyMoves)], Upper);
        try
        {
            var others = Find([.. changes.Where(static change => !OnlyMoves(change))], Upper);
            return others.Count == 0 ? rest : throw Refused([.. others, .. rest.Others()]);
        }
        catch
        {
            rest.Dispose();
            throw;
        }
    }

    /// <summary>What is not any more as it was collected.</summary>
    /// <param name="changes">What was collected.</param>
    /// <param name="open">Opens the directory in which steps left what they wrote.</param>
    public static List<Change> Find(ImmutableArray<Change> changes, Func<OverlayRoot, Descriptor> open)
    {
        using var reviewed = new Reviewed(changes, open);
        return reviewed.Others();
    }

    /// <summary>Looks at what is left.</summary>
    /// <exception cref="SandboxException">SBX4001: an entry is another one, or says something else.</exception>
    public void Require()
    {
        if (Others() is { Count: > 0 } others)
        {
            throw Refused(others);
        }
    }

    public void Dispose() => _look.Dispose();

    private static SandboxException Refused(List<Change> others) =>
        ChangeDiagnostics.Conflict(others.ConvertAll(static change => (change, "what the step left there has been changed since it was looked at"))).AsException();

    private List<Change> Others()
    {
        using var upper = _open();
        _look.Finish(upper);
        return [.. _changes.Where((_, index) => _isOther[index])];
    }

    /// <summary>Nothing is done to a file of which there is one name, and no mark but the one that it loses on its way, before the plan is durable.</summary>
    private static bool OnlyMoves(Change change) =>
        change is { Kind: ChangeKind.Modified, Type: EntryType.File, GoesWithParent: false, HasSetId: false, IsWrittenOver: false, Root.SameMount: true, Upper.Links: 1 }
        && (!change.HasOverlayAttributes || change.LosesOriginOnTheWay);

    private static Descriptor Upper(OverlayRoot root) => Opening.Directory(root.Upper);

    /// <summary>Where two names become those of one file, the other one is looked at.</summary>
    private static bool IsAsCollected(Change change, WorkDirectories upper) =>
        upper.TryAround(change.UpperPath) is { } parent && Stat.TryOf(parent, change.UpperPath.Name) is { } now && now.IsSameVersionAs(change.Upper!.Value) && now.Type == change.Type;
}
