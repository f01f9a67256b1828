using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Strategies;

/// <summary>Whether an entry is not to be copied, nor what is in it. Asked by several threads at once.</summary>
/// <param name="directory">The directory that it is in.</param>
/// <param name="path">That directory's path, below what is copied.</param>
/// <param name="name">The entry's name.</param>
/// <param name="stat">What it is.</param>
internal delegate bool CopyOmission(Descriptor directory, BytePath path, byte[] name, EntryStat stat);

/// <summary>
/// Copies a live root into an overlay's storage, a directory a time, by several threads. Both trees are walked by descriptors, no symlink
/// followed; what is mounted below the root is left out, as overlayfs leaves it out, and so is the state of overlays. Somebody may be
/// working in the live tree: what goes away in between is not copied.
/// </summary>
internal sealed class RootCopy
{
    private const uint OwnerOnly = 0x1c0;
    private static readonly byte[] s_mark = Encoding.ASCII.GetBytes(OverlayStore.CreationLock);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly string _root;
    private readonly Creation _creation;
    private readonly CopyOmission? _omission;
    private readonly Descriptor _live;
    private readonly Descriptor _copy;
    private readonly ulong _mount;
    private readonly EntryCopy _entries;
    private readonly object _gate = new();
    private readonly Stack<(CopyPlace Parent, BytePath Path, CopiedEntry Entry)> _waiting = new();
    private readonly List<PassedEntry> _passed = [];
    private int _unfinished;
    private long _count;
    private Exception? _failure;

    private RootCopy(string root, Creation creation, Descriptor live, Descriptor copy, CopyOmission? omission)
    {
        _root = root;
        _creation = creation;
        _omission = omission;
        _live = live;
        _copy = copy;
        _mount = Stat.Of(live).Mount;
        _entries = new(copy);
    }

    /// <summary>Makes the copy, and notes what was copied.</summary>
    /// <param name="root">The root.</param>
    /// <param name="creation">Limits and the like.</param>
    /// <param name="omission">What is not copied; everything is, if nothing is said.</param>
    /// <param name="begin">Puts something else into the copy, before anything is copied into it: from the live root, to the copy.</param>
    /// <exception cref="SandboxException">SBX1022: the root is too large. SBX1023: something in it could not be copied.</exception>
    public static void Make(OverlayRoot root, Creation creation, CopyOmission? omission = null, Action<Descriptor, Descriptor>? begin = null)
    {
        try
        {
            using var live = root.OpenLive();
            using var storage = Opening.Directory(root.Storage);
            Naming.MakeDirectory(storage, "upper"u8, OwnerOnly);
            using var copy = Opening.Child(storage, "upper"u8);
            begin?.Invoke(live, copy);
            var run = new RootCopy(root.Path, creation, live, copy, omission);
            CopyIndex.Write(root, run.Run(), run._passed);
        }
        catch (SystemCallException e) when (e.Error == Errno.TooManyFiles)
        {
            throw ChangeDiagnostics.TooDeep().AsException();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EnvironmentDiagnostics.CopyFailed(root.Path, root.Storage, e.Message).AsException();
        }
    }

    /// <summary>Copies a directory into an empty one that is there.</summary>
    public static void Fill(string directory, Creation creation, Descriptor from, Descriptor to, CopyOmission omission) => new RootCopy(directory, creation, from, to, omission).Run();

    private CopiedEntry Run()
    {
        var top = new CopiedEntry([], Stat.Of(_live).Inode, Stat.Of(_copy).Inode) { Children = [] };

        // Who opens these closes them.
        Add(new(_live, _copy), default, top);
        var others = Enumerable.Range(1, _creation.Limits.Threads - 1).Select(_ => new Thread(() => Work(isFirst: false)) { IsBackground = true }).ToList();
        others.ForEach(static thread => thread.Start());
        Work(isFirst: true);
        others.ForEach(static thread => thread.Join());
        foreach (var (parent, _, _) in _waiting)
        {
            parent.Release();
        }

        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }

        return top;
    }

    private void Add(CopyPlace parent, BytePath path, CopiedEntry entry)
    {
        parent.Hold();
        lock (_gate)
        {
            _waiting.Push((parent, path, entry));
            _unfinished++;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Copies directories until none is left. The first of the threads is the caller's, and tells how far it has come.</summary>
    private void Work(bool isFirst)
    {
        var told = Stopwatch.StartNew();
        while (Next(isFirst ? told : null) is var (parent, path, entry))
        {
            try
            {
                CopyFrom(parent, path, entry, isFirst ? told : null);
            }
            catch (Exception e)
            {
                lock (_gate)
                {
                    _failure ??= e;
                }
            }

            lock (_gate)
            {
                _unfinished--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private (CopyPlace Parent, BytePath Path, CopiedEntry Entry)? Next(Stopwatch? told)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_failure is not null || _unfinished == 0)
                {
                    return null;
                }

                if (_waiting.TryPop(out var next))
                {
                    return next;
                }

                Monitor.Wait(_gate, s_interval);
            }

            Tell(told);
        }
    }

    private void Tell(Stopwatch? told)
    {
        if (told?.Elapsed > s_interval)
        {
            told.Restart();
            _creation.Progress?.Invoke(new(WorkKind.Copying, Interlocked.Read(ref _count), Bytes: _entries.Bytes, Root: _root));
        }
    }

    private void CopyFrom(CopyPlace parent, BytePath path, CopiedEntry entry, Stopwatch? told)
    {
        CopyPlace? place;
        try
        {
            place = parent.Open(entry.Name);
        }
        finally
        {
            parent.Release();
        }

        try
        {
            place?.LastMode = CopyDirectory(place, path, entry, told);
        }
        finally
        {
            place?.Release();
        }
    }

    /// <summary>Copies what is in a directory, and what it is itself.</summary>
    /// <returns>The mode that it is to get when all directories in it have been opened, where that would be in the way.</returns>
    private uint? CopyDirectory(CopyPlace place, BytePath path, CopiedEntry entry, Stopwatch? told)
    {
        var (from, to) = (place.Live, place.Copy);
        var stat = Stat.Of(from);
        var names = stat.Mount == _mount ? DirectoryReading.Names(from) : [];
        if (names.Exists(static name => name.AsSpan().SequenceEqual(s_mark)))
        {
            names = [];
            Pass(path, stat);
        }

        foreach (var name in names)
        {
            Check(told);
            if (CopyEntry(place, name, path) is { } copied)
            {
                entry.Children!.Add(copied);
            }
        }

        // Times after all that is made in it. What is made in the directories below does not change them.
        Metadata.SetOwner(to, default, stat, Stat.Of(to));
        if (Attributes.IsAny(from))
        {
            Changes.UserAttributes.Copy(from, default, to, default);
        }

        Ownership.SetModified(to, default, stat.Modified);
        if ((stat.Mode & OwnerOnly) != OwnerOnly)
        {
            return stat.Mode;
        }

        Ownership.SetMode(to, default, stat.Mode);
        return null;
    }

    private CopiedEntry? CopyEntry(CopyPlace place, byte[] name, BytePath path)
    {
        var (from, to) = (place.Live, place.Copy);
        if (Stat.TryOf(from, name) is not { } stat || _omission?.Invoke(from, path, name, stat) == true)
        {
            return null;
        }

        if (stat.Type is Changes.EntryType.CharacterDevice or Changes.EntryType.BlockDevice || StateDirectories.IsOfOverlays(name))
        {
            Pass(path.Append(name), stat);
            return null;
        }

        if (!stat.IsDirectory)
        {
            return _entries.Copy(from, name, stat, to, path) is { } copy ? new(name, stat.Inode, copy) : null;
        }

        Naming.MakeDirectory(to, name, OwnerOnly);
        var entry = new CopiedEntry(name, stat.Inode, Stat.TryOf(to, name)!.Value.Inode) { Children = [] };
        Add(place, path.Append(name), entry);
        return entry;
    }

    private void Pass(BytePath path, in EntryStat stat)
    {
        lock (_gate)
        {
            _passed.Add(new(path.Bytes.ToArray(), stat.Inode));
        }
    }

    private void Check(Stopwatch? told)
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        _creation.Cancellation.ThrowIfCancellationRequested();
        var (count, bytes) = (Interlocked.Increment(ref _count), _entries.Bytes);
        if (count > _creation.Limits.Entries || bytes > _creation.Limits.Bytes)
        {
            throw EnvironmentDiagnostics.RootTooLarge(_root, count > _creation.Limits.Entries, _creation.Limits).AsException();
        }

        Tell(told);
    }
}
