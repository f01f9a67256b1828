using System.Collections.Immutable;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Changes;

/// <summary>All changes of an overlay, sorted by root and path: a directory comes right before what is in it.</summary>
public sealed record ChangeSet
{
    /// <summary>A set of changes in this order.</summary>
    /// <param name="entries">Every difference, renames as one addition and one deletion.</param>
    /// <param name="residue">Whiteouts inside added directories: they delete nothing and must not reach the live tree.</param>
    public ChangeSet(ImmutableArray<Change> entries, ImmutableArray<(OverlayRoot Root, BytePath Path)> residue)
    {
        Entries = WithTheirDirectories(entries);
        Notable = [.. Entries.Where(static change => !change.ComesAlong)];
        Residue = residue;
    }

    /// <summary>Every difference, renames as one addition and one deletion.</summary>
    public ImmutableArray<Change> Entries { get; }

    /// <summary>Whiteouts inside added directories: they delete nothing and must not reach the live tree.</summary>
    public ImmutableArray<(OverlayRoot Root, BytePath Path)> Residue { get; }

    /// <summary>
    /// Those that need a look of their own: all but what merely comes along with a new directory. What a commit decides, it decides for one
    /// with ten thousand files in it as for an empty one.
    /// </summary>
    internal ImmutableArray<Change> Notable { get; }

    /// <summary>Whether the steps wrote to the live roots themselves: what was before is kept where else what they left is.</summary>
    public bool IsInPlace { get; init; }

    /// <summary>The changes as they are told to people: renames as one, metadata-only changes left out.</summary>
    public IEnumerable<Change> Reported => Entries.Where(static change => change is { Kind: not ChangeKind.Metadata, RenamedTo: null }).Select(Report);

    /// <summary>Whether nothing at all differs.</summary>
    public bool IsEmpty => Entries.IsEmpty;

    /// <summary>A change as it is told to people.</summary>
    public static Change Report(Change change) => change.RenamedFrom is null ? change : change with { Kind = ChangeKind.Renamed };

    /// <summary>
    /// What goes with a directory that is not in the set goes by itself: where steps wrote to the live roots, the directory may be somebody else's
    /// by now, and nothing else would stand for what is in it.
    /// </summary>
    private static ImmutableArray<Change> WithTheirDirectories(ImmutableArray<Change> entries)
    {
        ImmutableArray<Change>.Builder? changed = null;
        var there = new HashSet<BytePath>();
        var (root, parent, isThere) = (default(OverlayRoot), default(BytePath), false);
        for (var index = 0; index < entries.Length; index++)
        {
            var change = entries[index];
            if (change.Root != root)
            {
                (root, parent, isThere) = (change.Root, default, false);
                there.Clear();
            }

            if (change.GoesWithParent)
            {
                // Mostly, the next change is in the same directory.
                if (!change.Path.IsIn(parent))
                {
                    parent = change.Path.Parent;
                    isThere = there.Contains(parent);
                }

                if (!isThere)
                {
                    changed ??= entries.ToBuilder();
                    changed[index] = change with { GoesWithParent = false };
                }
            }

            if (change.Kind != ChangeKind.Metadata && (change.Type == EntryType.Directory || change.WasDirectory))
            {
                there.Add(change.Path);
            }
        }

        return changed?.ToImmutable() ?? entries;
    }
}
