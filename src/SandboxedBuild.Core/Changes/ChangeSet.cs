using System.Collections.Immutable;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Changes;

/// <summary>All changes of an overlay, sorted by root and path: a directory comes right before what is in it.</summary>
/// <param name="Entries">Every difference, renames as one addition and one deletion.</param>
/// <param name="Residue">Whiteouts inside added directories: they delete nothing and must not reach the live tree.</param>
public sealed record ChangeSet(ImmutableArray<Change> Entries, ImmutableArray<(OverlayRoot Root, BytePath Path)> Residue)
{
    /// <summary>Every difference, renames as one addition and one deletion.</summary>
    public ImmutableArray<Change> Entries { get; } = Entries;

    /// <summary>
    /// Those that need a look of their own: all but what merely comes along with a new directory. So a commit takes no longer for a
    /// directory with ten thousand files in it than for an empty one.
    /// </summary>
    internal ImmutableArray<Change> Notable { get; } = [.. Entries.Where(static change => !change.ComesAlong)];

    /// <summary>Whether the steps wrote to the live roots themselves: what was before is kept where else what they left is.</summary>
    public bool IsInPlace { get; init; }

    /// <summary>The changes as they are told to people: renames as one, metadata-only changes left out.</summary>
    public IEnumerable<Change> Reported => Entries.Where(static change => change is { Kind: not ChangeKind.Metadata, RenamedTo: null }).Select(Report);

    /// <summary>Whether nothing at all differs.</summary>
    public bool IsEmpty => Entries.IsEmpty;

    /// <summary>A change as it is told to people.</summary>
    public static Change Report(Change change) => change.RenamedFrom is null ? change : change with { Kind = ChangeKind.Renamed };
}
