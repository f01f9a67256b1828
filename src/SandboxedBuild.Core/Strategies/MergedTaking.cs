using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// Puts together a layer of what steps have changed out of what they see, while it is still mounted: the view is compared, entry by entry, with what was noted of
/// the live root before the first step. What the daemon has written into its own upper layer is not relied upon: fuse-overlayfs 1.10 loses whiteouts and puts what is
/// written to a file of several names in the place of another one.
/// </summary>
internal sealed class MergedTaking
{
    private const uint OwnerOnly = 0x1c0;

    private readonly CopyIndex _index;
    private readonly ulong _mount;
    private readonly Descriptor _upper;
    private readonly EntryCopy _entries;
    private readonly ImmutableHashSet<BytePath>.Builder _gone = ImmutableHashSet.CreateBuilder<BytePath>();
    private readonly ImmutableDictionary<ulong, ulong>.Builder _copies = ImmutableDictionary.CreateBuilder<ulong, ulong>();

    private MergedTaking(OverlayRoot root, Descriptor live, Descriptor upper, Descriptor taken)
    {
        _index = CopyIndex.Read(root);
        _mount = Stat.Of(live).Mount;
        _upper = upper;
        _entries = new(taken);
    }

    /// <summary>What the name of a mark of fuse-overlayfs's begins with, where it cannot make a whiteout.</summary>
    public static ReadOnlySpan<byte> WhiteoutPrefix => ".wh."u8;

    /// <summary>Opens a directory; null where it is gone, and where it is somebody else's who lets nobody in: then no step was in it either.</summary>
    public static Descriptor? OpenIfAllowed(Descriptor parent, byte[] name)
    {
        try
        {
            return Opening.TryDirectory(parent, BytePath.FromBytes(name));
        }
        catch (SystemCallException e) when (e.Error == Errno.AccessDenied)
        {
            return null;
        }
    }

    /// <summary>Puts it together beside the layer that is mounted.</summary>
    /// <param name="root">The root.</param>
    /// <param name="merged">What steps see of it.</param>
    public static void Run(OverlayRoot root, Descriptor merged)
    {
        TreeRemoval.Remove(Path.Combine(root.Storage, TakenChanges.NewUpper));
        Directory.CreateDirectory(Path.Combine(root.Storage, TakenChanges.NewUpper), (UnixFileMode)OwnerOnly);
        using var taken = Opening.Directory(Path.Combine(root.Storage, TakenChanges.NewUpper));
        using var upper = Opening.Directory(root.Upper);
        using var live = root.OpenLive();
        using var place = new TakenDirectory(taken, merged);
        var taking = new MergedTaking(root, live, upper, taken);
        var isListChanged = taking.In(merged, live, taking._index.Top, default, place);
        place.Finish(taking.ModifiedOf(Stat.Of(merged), Stat.Of(live), isListChanged));
        new TakenChanges(taking._gone.ToImmutable(), taking._copies.ToImmutable()).Write(root);
    }

    /// <summary>Makes the marks of what is gone such as fuse-overlayfs understands.</summary>
    public static void Mark(OverlayRoot root)
    {
        using var upper = Opening.Directory(root.Upper);
        foreach (var path in TakenChanges.Read(root).Gone)
        {
            using var parent = Opening.Directory(upper, path.Parent);
            if (Stat.TryOf(parent, path.Name) is { IsWhiteout: false })
            {
                Naming.Move(parent, path.Name, parent, [.. WhiteoutPrefix, .. path.Name]);
            }
        }
    }

    /// <summary>Takes what is in a directory.</summary>
    /// <returns>Whether steps have added, replaced or deleted something in the directory itself.</returns>
    private bool In(Descriptor merged, Descriptor? live, CopiedEntry? known, BytePath path, TakenDirectory place)
    {
        var isChanged = false;
        var present = new HashSet<BytePath>();
        foreach (var name in Names(merged))
        {
            if (Stat.TryOf(merged, name) is not { } now)
            {
                continue;
            }

            present.Add(BytePath.FromBytes(name));
            var former = live is null ? null : Stat.TryOf(live, name);
            if (!StateDirectories.IsOfOverlays(name) || former is null)
            {
                var child = known?.Child(name);
                isChanged |= child is null ? former is not { } shown || !IsSame(now, shown) : child.Live != now.Inode || child.Children is null == now.IsDirectory;
                Take(merged, live, name, now, former, child, path.Append(name), place);
            }
        }

        foreach (var child in (known?.Children ?? []).Where(child => !present.Contains(BytePath.FromBytes(child.Name))))
        {
            isChanged = true;
            if (live is not null && Stat.TryOf(live, child.Name) is not null)
            {
                MakeMark(place.Open(), child.Name);
                _gone.Add(path.Append(child.Name));
            }
        }

        return isChanged;
    }

    /// <summary>
    /// The names in a directory. When somebody has tried to make a device 0:0 there, fuse-overlayfs 1.10 has a name without an entry, and fails to list names and entries
    /// together, which the kernel asks for at the start of a directory. Behind the first one, which is the directory itself, it asks for names alone.
    /// </summary>
    private static List<byte[]> Names(Descriptor directory)
    {
        try
        {
            return DirectoryReading.Names(directory);
        }
        catch (SystemCallException e) when (e.Error == Errno.NotFound)
        {
            return DirectoryReading.Names(directory, start: 1);
        }
    }

    private void Take(Descriptor merged, Descriptor? live, byte[] name, EntryStat now, EntryStat? former, CopiedEntry? known, BytePath path, TakenDirectory place)
    {
        if (now.IsDirectory)
        {
            TakeDirectory(merged, live, name, now, former, known, path, place);
        }
        else if (IsLive(now, former, known, path) && !HasNewAttributes(merged, live, name, now, former))
        {
            return;
        }
        else if (now.Type is EntryType.CharacterDevice or EntryType.BlockDevice)
        {
            // No device is committed; whichever it was, a commit is refused.
            _ = Naming.TryMakeWhiteout(place.Open(), name) ? true : throw new IOException($"{path} is a device");
        }
        else if (_entries.Copy(merged, name, now, place.Open(), path.Parent) is { } copy && known?.Live == now.Inode)
        {
            _copies[now.Inode] = copy;
        }
    }

    private static void MakeMark(Descriptor directory, byte[] name)
    {
        if (!Naming.TryMakeWhiteout(directory, name))
        {
            Opening.NewFile(directory, name).Dispose();
        }
    }

    private void TakeDirectory(Descriptor merged, Descriptor? live, byte[] name, EntryStat now, EntryStat? former, CopiedEntry? known, BytePath path, TakenDirectory place)
    {
        var isKnown = known?.Children is not null;
        var isUntouched = IsUntouched(now, known) || (former is { } shown && IsSame(now, shown));
        using var directory = isUntouched ? OpenIfAllowed(merged, name) : Opening.Child(merged, name);
        if (directory is null)
        {
            return;
        }

        using var before = former is { IsDirectory: true } there && there.Mount == _mount ? OpenIfAllowed(live!, name) : null;
        using var inner = new TakenDirectory(place, name, directory);
        if (!isUntouched && !isKnown)
        {
            inner.Open();
        }

        var isListChanged = false;
        Deep.Go(() => isListChanged = In(directory, before, isKnown ? known : null, path, inner));
        var modified = before is null ? now.Modified : ModifiedOf(now, former!.Value, isListChanged || known?.Live != now.Inode);
        if (!isUntouched && before is not null && !HasSameMetadata(merged, live!, name, now with { Modified = modified }, former!.Value))
        {
            inner.Open();
        }

        inner.Finish(modified);
    }

    /// <summary>
    /// The mtime that steps have left on a directory. To change a file in it, fuse-overlayfs puts a copy into the upper directory, whose mtime it does not put back: that is no
    /// change of the step's, who would have to have changed the list of names or set another time itself.
    /// </summary>
    private long ModifiedOf(in EntryStat now, in EntryStat former, bool isListChanged) => isListChanged || now.Modified <= _index.Marker || now.Modified > now.Changed ? now.Modified : former.Modified;

    /// <summary>Whether what is seen is what is, or was, in the live tree: no step has done anything to it.</summary>
    private bool IsLive(in EntryStat now, in EntryStat? former, CopiedEntry? known, BytePath path)
    {
        if (IsUntouched(now, known) || (former is { } shown && IsSame(now, shown)))
        {
            return true;
        }

        // Somebody is at work on it, and what is seen may be what it was a moment ago. What a step has done to a file of one name is in the upper layer.
        return known?.Live == now.Inode && now.Links == 1 && (former is null || former.Value.Changed > _index.Marker) && !IsInUpper(path);
    }

    /// <summary>Of a file of several names, fuse-overlayfs shows the live one's ctime when a step has changed nothing but its extended attributes.</summary>
    private bool HasNewAttributes(Descriptor merged, Descriptor? live, byte[] name, in EntryStat now, in EntryStat? former) =>
        now is { Type: EntryType.File, Links: > 1 } && former is { } shown && shown.Inode == now.Inode && shown.Changed <= _index.Marker && !UserAttributes.AreEqual(merged, live!, name, now.Type);

    /// <summary>Nothing was done since the notes were taken: whatever a step does to an entry sets its ctime.</summary>
    private bool IsUntouched(in EntryStat now, CopiedEntry? known) => now.Changed <= _index.Marker && (known is null || known.Live == now.Inode);

    private static bool IsSame(in EntryStat now, in EntryStat live) =>
        now.Inode == live.Inode && now.Type == live.Type && now.Changed == live.Changed && now.Size == live.Size && now.Modified == live.Modified;

    private bool IsInUpper(BytePath path)
    {
        using var parent = Opening.TryDirectory(_upper, path.Parent);
        return parent is not null && Stat.TryOf(parent, path.Name) is not null;
    }

    private static bool HasSameMetadata(Descriptor merged, Descriptor live, byte[] name, in EntryStat now, in EntryStat former) =>
        now.Mode == former.Mode && now.Uid == former.Uid && now.Gid == former.Gid && now.Modified == former.Modified && UserAttributes.AreEqual(merged, live, name, now.Type);
}
