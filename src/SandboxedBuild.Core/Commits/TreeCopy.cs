using System.Buffers;
using Microsoft.Win32.SafeHandles;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Commits;

/// <summary>Copies an entry with all that is in it: contents, holes, mode, owner, times, attributes. No symlink is followed.</summary>
internal static class TreeCopy
{
    /// <summary>Blocks of zeros of this size become holes, as they may have been.</summary>
    private const int BlockSize = 64 * 1024;

    public static void Copy(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName)
    {
        var stat = Stat.TryOf(from, name) ?? throw new SystemCallException("statx", Paths.BytePath.Display(name), Errno.NotFound);
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

        Metadata.Copy(from, name, stat, to, newName, Stat.TryOf(to, newName)!.Value);
    }

    private static void CopyDirectory(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName)
    {
        Naming.MakeDirectory(to, newName, 0x1c0);
        using var source = Opening.Child(from, name);
        using var target = Opening.Child(to, newName);
        foreach (var child in DirectoryReading.Names(source))
        {
            Copy(source, child, target, child);
        }
    }

    private static void CopyFile(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName, long size)
    {
        using var source = Opening.OwnFile(from, name);
        using var target = Opening.NewFile(to, newName);
        CopyContents(source, target, size);
    }

    /// <summary>Makes a file hold what another one does; blocks of zeros become holes.</summary>
    public static void CopyContents(Descriptor source, Descriptor target, long size)
    {
        using var reading = new SafeFileHandle(source.Number, ownsHandle: false);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            // What was in it goes first: a hole leaves what lies under it.
            Writing.SetLength(target, 0);
            for (long offset = 0; RandomAccess.Read(reading, buffer.AsSpan(0, BlockSize), offset) is var read and > 0; offset += read)
            {
                if (buffer.AsSpan(0, read).ContainsAnyExcept((byte)0))
                {
                    Writing.At(target, buffer.AsSpan(0, read), offset);
                }
            }

            Writing.SetLength(target, size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
