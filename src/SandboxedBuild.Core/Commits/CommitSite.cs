using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>
/// Where a commit works on one root: the live tree, the upper layer that entries move in from, and the yard, a directory on the live
/// tree's own mount for what moves out, and for what had to be made or copied before it can move in.
/// </summary>
internal sealed class CommitSite : IDisposable
{
    private readonly WorkDirectories _live;
    private readonly WorkDirectories _upper;
    private readonly ulong _mount;

    private CommitSite(Descriptor live, Descriptor upper, Descriptor yard)
    {
        Live = live;
        Upper = upper;
        Yard = yard;
        _live = new(live);
        _upper = new(upper);
        _mount = Stat.Of(live).Mount;
    }

    public Descriptor Live { get; }

    public Descriptor Upper { get; }

    public Descriptor Yard { get; }

    /// <summary>Opens the directories of a root; makes the yard where it is not there yet.</summary>
    public static CommitSite Open(OverlayRoot root, string id)
    {
        var live = root.OpenLive();
        try
        {
            return new(live, Opening.Directory(root.Upper), Commits.Yard.Open(root, id, live));
        }
        catch
        {
            live.Dispose();
            throw;
        }
    }

    /// <summary>Whether an entry of the live tree is a mount of its own, which no rename can replace.</summary>
    public bool IsMountPoint(in EntryStat live) => live.Mount != _mount;

    /// <summary>How far a step has come, by what lies where.</summary>
    public StepState StateOf(JournalEntry entry)
    {
        var path = entry.Path;
        if (_live.TryAround(path) is not { } parent)
        {
            return StepState.Unknown;
        }

        var live = Stat.TryOf(parent, path.Name)?.Inode;
        return entry.Action switch
        {
            CommitAction.SetMetadata => path.IsRoot || live is not null ? StepState.NotDone : StepState.Unknown,
            CommitAction.MoveOut => live == entry.Leaving ? StepState.NotDone : StepState.Done,
            CommitAction.Overwrite when live == entry.Leaving => HasContentsOf(_upper.Around(path), path.Name, parent, path.Name) ? StepState.Done : StepState.NotDone,
            _ when live == entry.Arriving => StepState.Done,
            CommitAction.Exchange => live == entry.Leaving ? StepState.NotDone : StepState.Unknown,
            _ => live is null ? StepState.NotDone : StepState.Unknown,
        };
    }

    /// <summary>Does a step.</summary>
    public void Do(JournalEntry entry)
    {
        var path = entry.Path;
        if (entry.HasOrigin)
        {
            Attributes.Drop(_upper.Around(path), path.Name, Attributes.Origin);
        }

        switch (entry.Action)
        {
            case CommitAction.SetMetadata:
                SetMetadata(path, entry.After!);
                break;
            case CommitAction.Overwrite:
                InPlace.Write(_upper.Around(path), path.Name, _live.Around(path), path.Name);
                break;
            case var _ when entry.IsSwapOfFiles && entry.Place is null:
                Naming.Exchange(_upper.Around(path), path.Name, _live.Around(path), path.Name);
                break;
            default:
                Carry(entry, path, isBack: false);
                break;
        }
    }

    /// <summary>Takes a step back.</summary>
    public void Undo(JournalEntry entry)
    {
        var path = entry.Path;
        switch (entry.Action)
        {
            case CommitAction.SetMetadata:
                SetMetadata(path, entry.Before!);
                break;
            case CommitAction.Overwrite:
                InPlace.Write(Yard, Encoding.ASCII.GetBytes(entry.Place!), _live.Around(path), path.Name);
                break;
            default:
                Carry(entry, path, isBack: true);
                break;
        }
    }

    /// <summary>
    /// Gives exchanged directories the times that they had: XFS takes an exchange between two directories for a modification of what is
    /// exchanged (xfs_cross_rename). For a step that has been done, once more or by somebody who carries it on, that is nothing to do any more.
    /// </summary>
    /// <param name="entry">The step.</param>
    /// <param name="isBack">Whether it has been taken back.</param>
    public void KeepTimes(JournalEntry entry, bool isBack)
    {
        if (entry is { Action: CommitAction.Exchange } and not { ArrivingTime: null, LeavingTime: null })
        {
            var path = entry.Path;
            var (source, name) = Source(entry, path);
            KeepTime(_live.Around(path), path.Name, isBack ? entry.LeavingTime : entry.ArrivingTime);
            KeepTime(source, name, isBack ? entry.ArrivingTime : entry.LeavingTime);
        }
    }

    /// <summary>Whether what a step took out is what was judged, and not what somebody wrote to it a moment before.</summary>
    public bool LeftAsItWas(JournalEntry entry)
    {
        if (entry.Action is not (CommitAction.Exchange or CommitAction.MoveOut))
        {
            return true;
        }

        var path = entry.Path;
        var stat = entry.Place is null ? Stat.TryOf(_upper.Around(path), path.Name) : Stat.TryOf(Yard, Encoding.ASCII.GetBytes(entry.Place));
        return stat is { } left && left.Inode == entry.Leaving && (left.IsDirectory || (left.Size == entry.LeavingSize && left.Modified == entry.LeavingModified));
    }

    /// <summary>Whether somebody changed what a step of a commit that is over left, so that it cannot be taken back.</summary>
    /// <param name="entry">The step.</param>
    /// <param name="done">When the commit was over: nanoseconds since 1970.</param>
    /// <param name="returned">Entries that an undo brought back: their own ctime is that of the undo.</param>
    public bool IsChangedSince(JournalEntry entry, long done, ReturnedEntries returned)
    {
        var path = entry.Path;
        if (_live.TryAround(path) is not { } parent)
        {
            return true;
        }

        var now = Stat.TryOf(parent, path.Name);
        return entry.Action switch
        {
            CommitAction.SetMetadata => false,
            CommitAction.MoveOut => now is not null,
            CommitAction.Overwrite => StateOf(entry) != StepState.Done,
            _ => now?.Inode != entry.Arriving || Conflicts.ChangedSince(parent, path.Name, done, returned.ChangedOf(entry.Root, now!.Value)) is not null,
        };
    }

    /// <summary>The ctime of the live entry.</summary>
    public long? ChangedAt(JournalEntry entry)
    {
        var path = entry.Path;
        return _live.TryAround(path) is { } parent ? Stat.TryOf(parent, path.Name)?.Changed : null;
    }

    /// <summary>Makes the names in a directory durable.</summary>
    public void Sync(BytePath path)
    {
        if (_live.TryAt(path) is { } directory)
        {
            Syncing.Sync(directory);
        }
    }

    /// <summary>Lets go of the directories that were worked in.</summary>
    public void Leave()
    {
        _live.Leave();
        _upper.Leave();
    }

    public void Dispose()
    {
        _upper.Dispose();
        _live.Dispose();
        Yard.Dispose();
        Upper.Dispose();
        Live.Dispose();
    }

    private static void KeepTime(Descriptor directory, ReadOnlySpan<byte> name, long? time)
    {
        if (time is not { } modified || Stat.TryOf(directory, name) is not { IsDirectory: true } now || now.Modified == modified)
        {
            return;
        }

        try
        {
            Ownership.SetModified(directory, name, modified);
        }
        catch (SystemCallException e) when (e.Error is Errno.NotPermitted or Errno.AccessDenied && now.Uid != Caller.Uid && !Caller.IsRoot)
        {
            // One of another owner: its times are not ours to set.
        }
    }

    private static bool HasContentsOf(Descriptor from, ReadOnlySpan<byte> name, Descriptor live, ReadOnlySpan<byte> target) =>
        Stat.TryOf(from, name) is { } wanted && Stat.TryOf(live, target) is { } present
        && wanted.Size == present.Size && wanted.Mode == present.Mode && wanted.Modified == present.Modified
        && Contents.AreFilesEqual(from, name, live, target) == true;

    private (Descriptor Directory, byte[] Name) Source(JournalEntry entry, BytePath path) =>
        entry.Place is null ? (_upper.Around(path), path.Name.ToArray()) : (Yard, Encoding.ASCII.GetBytes(entry.Place));

    private void SetMetadata(BytePath path, EntryMetadata metadata)
    {
        Leave();
        using var parent = Opening.Directory(Live, path.Parent);
        Metadata.Set(parent, path.Name, metadata);
    }

    private void Carry(JournalEntry entry, BytePath path, bool isBack)
    {
        var target = path.Name.ToArray();
        var live = _live.Around(path);
        var (source, name) = Source(entry, path);
        using (Unlocked.For([], (live, target), (source, name)))
        {
            if (entry.Action == CommitAction.Exchange)
            {
                Naming.Exchange(source, name, live, target);
                KeepTimes(entry, isBack);
            }
            else if (entry.Action == CommitAction.MoveOut != isBack)
            {
                Naming.Move(live, target, source, name);
            }
            else
            {
                Naming.Move(source, name, live, target);
            }
        }

        _live.Leave(path);
        _upper.Leave(path);
    }
}
