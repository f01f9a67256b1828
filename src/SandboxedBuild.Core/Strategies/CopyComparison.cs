using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Strategies;

/// <summary>
/// Finds what steps changed in a copy of a root, three ways: what was noted when the copy was made, what the copy is now, what the live tree
/// is now. An entry that has the inode of then and no later ctime is untouched: neither can be set back. What is in the live tree and was
/// not copied is somebody else's, and no deletion. Both trees are walked by directory descriptors, no symlink followed. Of a layer of changes (see
/// <see cref="TakenChanges"/>), which has nothing in it that is as it was, the same is told.
/// </summary>
internal sealed class CopyComparison
{
    private readonly OverlayRoot _root;
    private readonly CopyIndex _index;
    private readonly long _marker;
    private readonly bool _clockTells;
    private readonly TakenChanges? _taken;
    private readonly bool _isInPlace;
    private readonly Tally _tally;
    private readonly HashSet<ulong> _passed = [];
    private readonly LinkedNames _links = new();
    private readonly List<Change> _changes = [];
    private readonly List<BytePath> _residue = [];
    private readonly Dictionary<ulong, Queue<(BytePath Path, EntryType Type)>> _gone = [];
    private bool _displaced;
    private ulong _mount;
    private byte[]? _own;

    private CopyComparison(OverlayRoot root, CopyIndex index, long marker, bool clockTells, TakenChanges? taken, Tally tally, bool isInPlace = false)
    {
        _root = root;
        _index = index;
        _marker = marker;
        _clockTells = clockTells;
        _taken = taken;
        _isInPlace = isInPlace;
        _tally = tally;
        if (isInPlace)
        {
            _passed.UnionWith(index.Passed.Select(static entry => entry.Inode));
        }
    }

    /// <summary>
    /// The other way round: the steps wrote to the live root, and its copy is what was before. What was not copied then is not looked at, nor what is
    /// mounted below the root, and nothing stands still: what goes away meanwhile was somebody else's.
    /// </summary>
    /// <param name="root">The root.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <returns>All that differs, whoever has done it: <see cref="Change.Upper"/> is of the live entry, <see cref="Change.Live"/> of the copy.</returns>
    public static ImmutableArray<Change> InPlace(OverlayRoot root, Action<WorkProgress>? progress)
    {
        using var copy = Opening.Directory(root.Upper);
        using var live = root.OpenLive();
        var index = CopyIndex.Read(root);
        try
        {
            var comparison = new CopyComparison(root, index.Turned(), index.Marker, Filesystem.StampsMappedWrites(live), taken: null, new(progress, WorkKind.Collecting, root.Path), isInPlace: true) { _mount = Stat.Of(live).Mount };
            return [.. comparison.Run(live, copy)];
        }
        catch (SystemCallException e) when (e.Error == Errno.TooManyFiles)
        {
            throw ChangeDiagnostics.TooDeep().AsException();
        }
    }

    /// <summary>Compares the copies with the live roots. No step runs meanwhile: the caller has the overlay's turn.</summary>
    /// <param name="overlay">The overlay.</param>
    /// <param name="own">The name of what is the steps' own at the top of each root, and none of its changes; null for nothing.</param>
    public static ChangeSet Collect(Overlay overlay, byte[]? own = null) => Collect(overlay, overlay.Roots, static _ => null, own);

    /// <summary>The same for layers of changes; there is nothing to compare before the first step.</summary>
    public static ChangeSet CollectTaken(Overlay overlay) => Collect(overlay, overlay.Roots.Where(CopyIndex.IsThere), TakenChanges.Read);

    private static ChangeSet Collect(Overlay overlay, IEnumerable<OverlayRoot> roots, Func<OverlayRoot, TakenChanges?> taken, byte[]? own = null)
    {
        var entries = ImmutableArray.CreateBuilder<Change>();
        var residue = ImmutableArray.CreateBuilder<(OverlayRoot, BytePath)>();
        foreach (var root in roots)
        {
            using var copy = Opening.Directory(root.Upper);
            using var live = root.OpenLive();
            try
            {
                var comparison = new CopyComparison(root, CopyIndex.Read(root), overlay.Marker, Filesystem.StampsMappedWrites(copy), taken(root), new(overlay.Progress, WorkKind.Collecting, root.Path)) { _own = own };
                entries.AddRange(comparison.Run(copy, live));
                residue.AddRange(comparison._residue.Select(path => (root, path)));
            }
            catch (SystemCallException e) when (e.Error == Errno.TooManyFiles)
            {
                throw ChangeDiagnostics.TooDeep().AsException();
            }
        }

        return new(entries.DrainToImmutable(), residue.DrainToImmutable());
    }

    private IEnumerable<Change> Run(Descriptor copy, Descriptor live)
    {
        In(copy, live, _index.Top, default);
        if (_taken is not { IsNothing: true })
        {
            CompareMetadata(copy, live, [], default, Stat.Of(copy), Stat.Of(live), _index.Top);
        }

        _links.Complete(_changes, _index.Top, _isInPlace);
        _changes.Sort(static (left, right) => left.Path.CompareTo(right.Path));
        return Renames.Infer(_changes, PairsByInode(), copy, live);
    }

    /// <summary>A directory: what it has now, and then what it had.</summary>
    private void In(Descriptor copy, Descriptor? live, CopiedEntry? known, BytePath path)
    {
        var names = DirectoryReading.Names(copy);
        foreach (var name in names)
        {
            _tally.Add();
            if (IsGone(path.Append(name)))
            {
                CompareGone(live, name, path.Append(name), known?.Child(name));
            }
            else
            {
                Compare(copy, live, name, known?.Child(name), path);
            }
        }

        var left = 0;
        foreach (var child in live is null || known?.Children is null ? [] : known.Children)
        {
            while (left < names.Count && names[left].AsSpan().SequenceCompareTo(child.Name) < 0)
            {
                left++;
            }

            if ((left == names.Count || !names[left].AsSpan().SequenceEqual(child.Name)) && _taken is null && Stat.TryOf(live!, child.Name) is { } gone)
            {
                Deleted(live!, child.Name, path.Append(child.Name), gone, child, goesWithParent: false);
            }
        }
    }

    private void Compare(Descriptor copy, Descriptor? live, byte[] name, CopiedEntry? known, BytePath parent)
    {
        if (Stat.TryOf(copy, name) is not { } now || IsPassed(now) || (parent.IsRoot && _own is not null && name.AsSpan().SequenceEqual(_own)))
        {
            return;
        }

        var isKept = IsKept(now, known);
        if (isKept && !now.IsDirectory && (_clockTells || now.Type != EntryType.File))
        {
            return;
        }

        var path = parent.Append(name);
        var before = live is null ? null : Stat.TryOf(live, name);
        switch (before)
        {
            case null when now.IsDirectory && known is { Children: not null } && CopyOf(known) == now.Inode:
                TakenAway(copy, name, path, now, known);
                break;
            case null when isKept:
                break;
            case null:
                Added(copy, name, path, now, goesWithParent: false, isDisplaced: known is not null || live is null);
                break;
            case { IsDirectory: true } former when now.IsDirectory:
                var outside = _displaced;
                _displaced |= known is not null && known.Live != former.Inode;
                using (var copied = Opening.Child(copy, name))
                using (var inLive = Opening.Child(live!, name))
                {
                    Deep.Go(() => In(copied, inLive, known, path));
                }

                CompareMetadata(copy, live!, name, path, now, former, known);
                _displaced = outside;
                break;
            case { } former when isKept:
                // On this filesystem only the contents tell, and only as long as nobody has changed the live ones.
                if (former.Changed <= _marker && former.Type == now.Type && !Contents.AreEqual(copy, now, live!, former, name))
                {
                    Replaced(copy, live!, name, path, now, former, known);
                }

                break;
            case { } former when now.Type == former.Type && Contents.AreEqual(copy, now, live!, former, name):
                CompareMetadata(copy, live!, name, path, now, former, known);
                break;
            case { } former:
                Replaced(copy, live!, name, path, now, former, known);
                break;
        }
    }

    private bool IsGone(BytePath path) => _taken?.Gone.Contains(path) == true;

    private void CompareGone(Descriptor? live, byte[] name, BytePath path, CopiedEntry? known)
    {
        if (live is not null && Stat.TryOf(live, name) is { } gone)
        {
            Deleted(live, name, path, gone, known, goesWithParent: false);
        }
    }

    /// <summary>
    /// A directory that somebody has taken away, or moved. If steps did nothing in it, that is all; else it is theirs, with all that they saw in
    /// it, against somebody else's will.
    /// </summary>
    private void TakenAway(Descriptor copy, byte[] name, BytePath path, EntryStat now, CopiedEntry known)
    {
        var before = _changes.Count;
        using (var directory = Opening.Child(copy, name))
        {
            Deep.Go(() => In(directory, null, known, path));
        }

        if (_changes.Count > before)
        {
            _changes.RemoveRange(before, _changes.Count - before);
            Added(copy, name, path, now, goesWithParent: false, isDisplaced: true);
        }
    }

    /// <summary>Whether an entry was left out of the copy of a root that steps write to in place: it is not theirs.</summary>
    private bool IsPassed(in EntryStat now) => _isInPlace && (_passed.Contains(now.Inode) || (now.IsDirectory && now.Mount != _mount));

    /// <summary>Whether an entry of the copy is the one that was copied, and nothing was done to it since.</summary>
    private bool IsKept(in EntryStat now, CopiedEntry? known) => _taken is null && known is not null && now.Inode == known.Copy && now.Changed <= _index.Marker;

    /// <summary>Whether another entry is in the place of the one that was copied. A new one may have the inode of one that is gone.</summary>
    private bool IsNew(in EntryStat now, CopiedEntry? known) => known is null || now.Inode != CopyOf(known) || IsBornSince(now);

    /// <summary>The inode of what the noted entry is in the copy.</summary>
    private ulong CopyOf(CopiedEntry known) => _taken is null ? known.Copy : _taken.Copies.GetValueOrDefault(known.Live);

    /// <summary>In a layer of changes, everything is.</summary>
    private bool IsBornSince(in EntryStat now) => _taken is null && now.Born > _index.Marker;

    private void Replaced(Descriptor copy, Descriptor live, byte[] name, BytePath path, EntryStat now, EntryStat former, CopiedEntry? known)
    {
        var change = new Change(_root, path, ChangeKind.Modified, now.Type) { Upper = now, Live = former, IsDisplaced = _displaced, Marks = Collector.Marks(copy, name, now) };
        _changes.Add(change);
        _links.AddChanged(change, IsNew(now, known));
        if (former.IsDirectory)
        {
            using var directory = Opening.Child(live, name);
            EachDeleted(directory, path, known);
        }

        if (now.IsDirectory)
        {
            using var directory = Opening.Child(copy, name);
            EachAdded(directory, path, _displaced);
        }
    }

    private void Added(Descriptor copy, byte[] name, BytePath path, EntryStat now, bool goesWithParent, bool isDisplaced)
    {
        var change = new Change(_root, path, ChangeKind.Added, now.Type) { Upper = now, GoesWithParent = goesWithParent, IsDisplaced = _displaced || isDisplaced, Marks = Collector.Marks(copy, name, now) };
        _changes.Add(change);
        _links.AddChanged(change, isNew: true);
        if (now.IsDirectory)
        {
            using var directory = Opening.Child(copy, name);
            Deep.Go(() => EachAdded(directory, path, isDisplaced));
        }
    }

    private void EachAdded(Descriptor directory, BytePath path, bool isDisplaced)
    {
        foreach (var name in DirectoryReading.Names(directory))
        {
            var entry = path.Append(name);
            if (IsGone(entry))
            {
                _residue.Add(entry);
            }
            else if (Stat.TryOf(directory, name) is { } now && !IsPassed(now))
            {
                Added(directory, name, entry, now, goesWithParent: true, isDisplaced);
            }
        }
    }

    private void Deleted(Descriptor live, byte[] name, BytePath path, EntryStat gone, CopiedEntry? known, bool goesWithParent)
    {
        _changes.Add(new(_root, path, ChangeKind.Deleted, gone.Type) { Live = gone, GoesWithParent = goesWithParent, IsDisplaced = _displaced });
        if (gone.IsDirectory)
        {
            using var directory = Opening.Child(live, name);
            Deep.Go(() => EachDeleted(directory, path, known));
        }
        else if (known is not null)
        {
            if (!_gone.TryGetValue(CopyOf(known), out var paths))
            {
                _gone[CopyOf(known)] = paths = new();
            }

            paths.Enqueue((path, gone.Type));
        }
    }

    private void EachDeleted(Descriptor directory, BytePath path, CopiedEntry? known)
    {
        foreach (var name in DirectoryReading.Names(directory))
        {
            if (Stat.TryOf(directory, name) is { } gone)
            {
                Deleted(directory, name, path.Append(name), gone, known?.Child(name), goesWithParent: true);
            }
        }
    }

    private void CompareMetadata(Descriptor copy, Descriptor live, byte[] name, BytePath path, EntryStat now, EntryStat former, CopiedEntry? known)
    {
        if (IsKept(now, known))
        {
            return;
        }

        // An owner or a group that this user can give to nothing is not that of the copy either, and no step has made it so.
        now = _taken is null && IsNew(now, known) ? now : UpperRoot.AsMade(now, former);
        var hasSameRights = now.Mode == former.Mode && now.Uid == former.Uid && now.Gid == former.Gid && UserAttributes.AreEqual(copy, live, name, now.Type);
        var change = new Change(_root, path, ChangeKind.Metadata, now.Type)
        {
            Upper = now,
            Live = former,
            IsDisplaced = _displaced,
            Marks = Collector.Marks(copy, name, now),
            IsOnlyTimes = hasSameRights && (now.IsDirectory || now.Links == 1),
        };
        if (!hasSameRights || now.Modified != former.Modified)
        {
            _changes.Add(change);
            _links.AddChanged(change, IsNew(now, known));
        }
        else if (!now.IsDirectory)
        {
            _links.AddSame(change, IsNew(now, known));
        }
    }

    /// <summary>What was moved has the inode that it had.</summary>
    private Dictionary<BytePath, BytePath> PairsByInode()
    {
        var from = new Dictionary<BytePath, BytePath>();
        foreach (var change in _changes.Where(change => change is { Kind: ChangeKind.Added, Type: EntryType.File or EntryType.SymbolicLink } && !IsBornSince(change.Upper!.Value)))
        {
            if (_gone.TryGetValue(change.Upper!.Value.Inode, out var paths) && paths.TryPeek(out var old) && old.Type == change.Type)
            {
                from[change.Path] = paths.Dequeue().Path;
            }
        }

        return from;
    }
}
