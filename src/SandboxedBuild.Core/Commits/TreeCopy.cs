using System.Globalization;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Commits;

/// <summary>
/// Copies entries with all that is in them: contents, holes, mode, owner, times, attributes. No symlink is followed. What were names of
/// one file are so again, in whichever of the copied trees they are.
/// </summary>
/// <param name="yard">On the mount that is copied to, for one more name of each such file. Goes away with the commit.</param>
/// <param name="shared">Inodes of files with one name that are copied to several places.</param>
/// <param name="prefix">How these names begin: what is copied from another tree has other inodes.</param>
/// <param name="tally">Counts what is copied.</param>
internal sealed class TreeCopy(Descriptor yard, HashSet<ulong> shared, string prefix = "link", Tally? tally = null)
{
    private readonly HashSet<ulong> _linked = [];

    /// <summary>Copies an entry.</summary>
    public void Add(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName)
    {
        var stat = Stat.TryOf(from, name) ?? throw new SystemCallException("statx", Paths.BytePath.Display(name), Errno.NotFound);
        var link = !stat.IsDirectory && (stat.Links > 1 || shared.Contains(stat.Inode)) ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{stat.Inode}")) : null;
        if (link is not null && _linked.Contains(stat.Inode))
        {
            Naming.Link(yard, link, to, newName);
            return;
        }

        switch (stat.Type)
        {
            case EntryType.Directory:
                CopyDirectory(from, name, to, newName);
                break;
            case EntryType.File:
                CopyFile(from, name, to, newName, stat.Size);
                break;
            case EntryType.SymbolicLink:
                Naming.MakeSymbolicLink(to, newName, Naming.LinkTarget(from, name));
                break;
            default:
                Naming.MakeNode(to, newName, stat.Type == EntryType.Fifo ? 0x1000u : 0xc000u);
                break;
        }

        tally?.Add(stat.Type == EntryType.File ? stat.Size : 0);
        Metadata.Copy(from, name, stat, to, newName, Stat.TryOf(to, newName)!.Value);
        if (link is not null)
        {
            Naming.Link(to, newName, yard, link);
            _linked.Add(stat.Inode);
        }
    }

    private void CopyDirectory(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName)
    {
        Naming.MakeDirectory(to, newName, 0x1c0);
        using var source = Opening.Child(from, name);
        using var target = Opening.Child(to, newName);
        Deep.Go(() =>
        {
            foreach (var child in DirectoryReading.Names(source))
            {
                Add(source, child, target, child);
            }
        });
    }

    private static void CopyFile(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName, long size)
    {
        using var source = Opening.OwnFile(from, name);
        using var target = Opening.NewFile(to, newName);
        FileCopy.Copy(source, target, size);
    }
}
