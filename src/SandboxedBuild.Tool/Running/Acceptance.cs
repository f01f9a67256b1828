using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Tool.Running;

/// <summary>What a person has accepted of a change set, entry by entry, and what follows from it for the rest.</summary>
internal sealed class Acceptance
{
    private readonly ImmutableArray<Change> _entries;
    private readonly Dictionary<(OverlayRoot Root, BytePath Path), Change> _byPath;
    private readonly ILookup<(OverlayRoot Root, BytePath Path), Change> _byParent;
    private readonly List<Change> _replaced;
    private readonly HashSet<(OverlayRoot Root, BytePath Path)> _accepted = [];

    public Acceptance(ChangeSet changes)
    {
        _entries = changes.Entries;
        _byPath = _entries.ToDictionary(static change => (change.Root, change.Path));
        _byParent = _entries.Where(static change => !change.Path.IsRoot).ToLookup(static change => (change.Root, change.Path.Parent));
        _replaced = [.. _entries.Where(static change => change is { Kind: ChangeKind.Modified, Live: { } before } && before.IsDirectory != (change.Type == EntryType.Directory))];
        Asked = [.. _entries.Where(ChangeWords.IsTold).Where(change => !IsWithinReplaced(change) && (change.Type != EntryType.Directory || change.Kind == ChangeKind.Modified || !_byParent.Contains((change.Root, change.Path))))];
    }

    /// <summary>The entries that are asked about: files, and directories of which nothing else is told. What takes another type's place goes as one.</summary>
    public ImmutableArray<Change> Asked { get; }

    /// <summary>How many of them are accepted.</summary>
    public int Count => Asked.Count(change => _accepted.Contains((change.Root, change.Path)));

    public void Accept(Change change)
    {
        _accepted.Add((change.Root, change.Path));
        if (change.RenamedFrom is { } old)
        {
            _accepted.Add((change.Root, old));
        }
    }

    /// <summary>
    /// What is committed: the accepted entries, all of what takes the place of an entry of another type, the new directories that lead to them, and the
    /// directories that go when all that is in them does.
    /// </summary>
    public Selection Selection()
    {
        var selected = _accepted.ToHashSet();
        foreach (var change in _entries.Where(change => _replaced.Exists(outer => IsIn(change, outer) && _accepted.Contains((outer.Root, outer.Path)))))
        {
            selected.Add((change.Root, change.Path));
        }

        foreach (var (root, path) in selected.ToList())
        {
            for (var above = path; !above.IsRoot;)
            {
                above = above.Parent;
                if (_byPath.TryGetValue((root, above), out var directory) && directory.Kind is ChangeKind.Added or ChangeKind.Metadata)
                {
                    selected.Add((root, above));
                }
            }
        }

        // From the bottom up: a directory that held another one goes when that one goes.
        foreach (var gone in _entries.Where(static change => change is { Kind: ChangeKind.Deleted, Type: EntryType.Directory }).Reverse())
        {
            var inside = _byParent[(gone.Root, gone.Path)].ToList();
            if (inside.Count > 0 && inside.TrueForAll(entry => selected.Contains((entry.Root, entry.Path))))
            {
                selected.Add((gone.Root, gone.Path));
            }
        }

        return new(change => selected.Contains((change.Root, change.Path)));
    }

    private static bool IsIn(Change change, Change outer) => change.Root == outer.Root && change.Path != outer.Path && change.Path.IsAtOrBelow(outer.Path);

    private bool IsWithinReplaced(Change change) => _replaced.Exists(outer => IsIn(change, outer));
}
