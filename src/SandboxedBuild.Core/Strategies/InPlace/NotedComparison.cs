using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// Finds what was changed in a live root since it was noted, by what stat(2) tells and nothing else: a file with another inode, size or mtime is modified, whatever is in it; one whose
/// ctime alone is another has other metadata. A new name of a noted inode is a rename if its former name is gone.
/// </summary>
internal sealed class NotedComparison
{
    private readonly OverlayRoot _root;
    private readonly NotedTree _noted;
    private readonly ulong _mount;
    private readonly List<Change> _changes = [];
    private readonly Dictionary<ulong, Queue<Change>> _gone = [];

    private NotedComparison(OverlayRoot root, ulong mount)
    {
        _root = root;
        _noted = NotedTree.Read(root);
        _mount = mount;
    }

    /// <summary>All that differs, whoever has done it: <see cref="Change.Upper"/> is of the live entry, <see cref="Change.Live"/> what was noted.</summary>
    public static IEnumerable<Change> Run(OverlayRoot root)
    {
        using var live = root.OpenLive();
        var top = Stat.Of(live);
        var comparison = new NotedComparison(root, top.Mount);
        comparison.In(live, comparison._noted.Top, default);
        comparison.CompareMetadata(default, top, comparison._noted.Top);
        comparison._changes.Sort(static (left, right) => left.Path.CompareTo(right.Path));
        return Renames.Marked(comparison._changes, comparison.Pairs());
    }

    private void In(Descriptor live, NotedEntry known, BytePath path)
    {
        var left = (known.Children ?? []).ToDictionary(static child => BytePath.FromBytes(child.Name));
        foreach (var name in DirectoryReading.Names(live))
        {
            if (Stat.TryOf(live, name) is not { } now || NotedTree.IsLeftOut(live, name, now, _mount))
            {
                continue;
            }

            var entry = path.Append(name);
            if (!left.Remove(BytePath.FromBytes(name), out var former))
            {
                // What could not be looked into was not noted either.
                if (known.Children is not null)
                {
                    Added(live, name, entry, now, goesWithParent: false);
                }
            }
            else if (former.Stat.IsDirectory && now.IsDirectory)
            {
                CompareMetadata(entry, now, former);
                Inside(live, name, inner => In(inner, former, entry));
            }
            else if (!former.IsStill(now))
            {
                Compare(live, name, entry, now, former);
            }
        }

        foreach (var former in left.Values)
        {
            Deleted(path.Append(former.Name), former, goesWithParent: false);
        }
    }

    private void Compare(Descriptor live, byte[] name, BytePath path, EntryStat now, NotedEntry former)
    {
        if (now.Type == former.Stat.Type && now.IsSameVersionAs(former.Stat))
        {
            CompareMetadata(path, now, former);
            return;
        }

        _changes.Add(new(_root, path, ChangeKind.Modified, now.Type) { Upper = now, Live = former.Stat });
        former.Children?.ForEach(child => Deleted(path.Append(child.Name), child, goesWithParent: true));
        if (now.IsDirectory)
        {
            Inside(live, name, inner => EachAdded(inner, path));
        }
    }

    private void CompareMetadata(BytePath path, in EntryStat now, NotedEntry former)
    {
        var before = former.Stat;
        if (now.Mode != before.Mode || now.Uid != before.Uid || now.Gid != before.Gid || now.Modified != before.Modified || !former.IsStill(now))
        {
            _changes.Add(new(_root, path, ChangeKind.Metadata, now.Type) { Upper = now, Live = before });
        }
    }

    private void Added(Descriptor live, byte[] name, BytePath path, EntryStat now, bool goesWithParent)
    {
        _changes.Add(new(_root, path, ChangeKind.Added, now.Type) { Upper = now, GoesWithParent = goesWithParent });
        if (now.IsDirectory)
        {
            Inside(live, name, inner => EachAdded(inner, path));
        }
    }

    private void EachAdded(Descriptor directory, BytePath path)
    {
        foreach (var name in DirectoryReading.Names(directory))
        {
            if (Stat.TryOf(directory, name) is { } now && !NotedTree.IsLeftOut(directory, name, now, _mount))
            {
                Added(directory, name, path.Append(name), now, goesWithParent: true);
            }
        }
    }

    private void Deleted(BytePath path, NotedEntry former, bool goesWithParent)
    {
        var change = new Change(_root, path, ChangeKind.Deleted, former.Stat.Type) { Live = former.Stat, GoesWithParent = goesWithParent };
        _changes.Add(change);
        if (former.Children is { } children)
        {
            Deep.Go(() => children.ForEach(child => Deleted(path.Append(child.Name), child, goesWithParent: true)));
        }
        else if (!former.Stat.IsDirectory)
        {
            if (!_gone.TryGetValue(former.Stat.Inode, out var names))
            {
                _gone[former.Stat.Inode] = names = new();
            }

            names.Enqueue(change);
        }
    }

    /// <summary>From where each new name of a noted file comes. A new file may have the inode of one that is gone, but it was born later.</summary>
    private Dictionary<BytePath, BytePath> Pairs()
    {
        var from = new Dictionary<BytePath, BytePath>();
        foreach (var change in _changes.Where(change => change is { Kind: ChangeKind.Added, Type: EntryType.File or EntryType.SymbolicLink } && change.Upper!.Value.Born <= _noted.Marker))
        {
            if (_gone.TryGetValue(change.Upper!.Value.Inode, out var names) && names.TryPeek(out var old) && old.Type == change.Type)
            {
                from[change.Path] = names.Dequeue().Path;
            }
        }

        return from;
    }

    /// <summary>Nobody can have done anything in a directory that lets this user not in, but root.</summary>
    private static void Inside(Descriptor parent, byte[] name, Action<Descriptor> action)
    {
        using var inner = MergedTaking.OpenIfAllowed(parent, name);
        if (inner is not null)
        {
            Deep.Go(() => action(inner));
        }
    }
}
