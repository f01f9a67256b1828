using System.Text;
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
    private CommitSite(Descriptor live, Descriptor upper, Descriptor yard)
    {
        Live = live;
        Upper = upper;
        Yard = yard;
    }

    public Descriptor Live { get; }

    public Descriptor Upper { get; }

    public Descriptor Yard { get; }

    /// <summary>Opens the directories of a root; makes the yard where it is not there yet.</summary>
    public static CommitSite Open(OverlayRoot root, string id)
    {
        var live = root.OpenLive();
        var parent = root.SameMount ? Opening.Directory(root.Storage) : live;
        var name = YardName(root, id);
        if (Stat.TryOf(parent, name) is null)
        {
            // The yard is no change to the root: its time stays.
            var modified = Stat.Of(parent).Modified;
            Naming.MakeDirectory(parent, name, 0x1c0);
            Ownership.SetModified(parent, default, modified);
        }

        var yard = Opening.Child(parent, name);
        if (parent != live)
        {
            parent.Dispose();
        }

        return new(live, Opening.Directory(root.Upper), yard);
    }

    /// <summary>Removes what a commit left in the root itself.</summary>
    public static void Clear(OverlayRoot root, string id)
    {
        using var live = root.SameMount ? null : root.TryOpenLive();
        if (live is not null)
        {
            var modified = Stat.Of(live).Modified;
            using var unlocked = Unlocked.For([live]);
            TreeRemoval.Remove(live, YardName(root, id));
            Ownership.SetModified(live, default, modified);
        }
    }

    /// <summary>How far a step has come, by what lies where.</summary>
    public StepState StateOf(JournalEntry entry)
    {
        var path = BytePath.FromBytes(entry.Path);
        using var parent = Opening.TryDirectory(Live, path.Parent);
        if (parent is null)
        {
            return StepState.Unknown;
        }

        var live = Stat.TryOf(parent, path.Name)?.Inode;
        return entry.Action switch
        {
            CommitAction.SetMetadata => path.IsRoot || live is not null ? StepState.NotDone : StepState.Unknown,
            CommitAction.MoveOut => live == entry.Leaving ? StepState.NotDone : StepState.Done,
            _ when live == entry.Arriving => StepState.Done,
            CommitAction.Exchange => live == entry.Leaving ? StepState.NotDone : StepState.Unknown,
            _ => live is null ? StepState.NotDone : StepState.Unknown,
        };
    }

    /// <summary>Does a step.</summary>
    public void Do(JournalEntry entry) => Carry(entry, entry.After, static (source, name, live, target) => Naming.Move(source, name, live, target));

    /// <summary>Whether what a step took out is what was judged, and not what somebody wrote to it a moment before.</summary>
    public bool LeftAsItWas(JournalEntry entry)
    {
        if (entry.Action is not (CommitAction.Exchange or CommitAction.MoveOut))
        {
            return true;
        }

        var path = BytePath.FromBytes(entry.Path);
        using var source = entry.Place is null ? Opening.Directory(Upper, path.Parent) : Opening.Child(Yard, "."u8);
        var left = Stat.TryOf(source, entry.Place is null ? path.Name : Encoding.ASCII.GetBytes(entry.Place));
        return left is { } stat && stat.Inode == entry.Leaving && (stat.IsDirectory || (stat.Size == entry.LeavingSize && stat.Modified == entry.LeavingModified));
    }

    /// <summary>Takes a step back.</summary>
    public void Undo(JournalEntry entry) => Carry(entry, entry.Before, static (source, name, live, target) => Naming.Move(live, target, source, name));

    public void Dispose()
    {
        Yard.Dispose();
        Upper.Dispose();
        Live.Dispose();
    }

    private static byte[] YardName(OverlayRoot root, string id) => Encoding.ASCII.GetBytes(root.SameMount ? "yard" : $".sandboxed-build-{id}");

    private void Carry(JournalEntry entry, EntryMetadata? metadata, MoveCall moveIn)
    {
        var path = BytePath.FromBytes(entry.Path);
        var target = path.Name.ToArray();
        using var live = Opening.Directory(Live, path.Parent);
        if (entry.Action == CommitAction.SetMetadata)
        {
            Metadata.Set(live, target, metadata!);
            return;
        }

        var name = entry.Place is null ? target : Encoding.ASCII.GetBytes(entry.Place);
        using var source = entry.Place is null ? Opening.Directory(Upper, path.Parent) : Opening.Child(Yard, "."u8);
        using var unlocked = Unlocked.For([live, source], (live, target), (source, name));
        switch (entry.Action)
        {
            case CommitAction.Exchange:
                Naming.Exchange(source, name, live, target);
                break;
            case CommitAction.MoveOut:
                // The same move, seen from the other side.
                moveIn(live, target, source, name);
                break;
            default:
                moveIn(source, name, live, target);
                break;
        }
    }

    private delegate void MoveCall(Descriptor source, byte[] name, Descriptor live, byte[] target);
}
