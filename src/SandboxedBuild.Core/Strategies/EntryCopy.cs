using System.Buffers;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>Copies entries that are no directories, with as few system calls as there can be: a root has many of them.</summary>
/// <param name="top">The top of the copy, from which files with several names are reached.</param>
internal sealed class EntryCopy(Descriptor top)
{
    /// <summary>A file up to this size is read and written whole; a larger one is left to the kernel.</summary>
    private const int SmallSize = 64 * 1024;

    /// <summary>No filesystem has smaller holes.</summary>
    private const int HoleSize = 4096;

    private readonly Dictionary<(ulong Device, ulong Inode), (BytePath Path, ulong Copy)> _linked = [];
    private volatile bool _clones = true;
    private long _bytes;

    /// <summary>How much was copied that the filesystem does not share.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Copies an entry.</summary>
    /// <returns>The inode of the copy; null when the entry has gone meanwhile.</returns>
    public ulong? Copy(Descriptor from, byte[] name, in EntryStat stat, Descriptor to, BytePath directory)
    {
        if (stat.Links == 1)
        {
            return CopyOne(from, name, stat, to);
        }

        lock (_linked)
        {
            var key = (stat.Device, stat.Inode);
            if (_linked.TryGetValue(key, out var first))
            {
                using var parent = Opening.Directory(top, first.Path.Parent);
                Naming.Link(parent, first.Path.Name, to, name);
                return first.Copy;
            }

            if (CopyOne(from, name, stat, to) is { } copy)
            {
                _linked[key] = (directory.Append(name), copy);
                return copy;
            }

            return null;
        }
    }

    private ulong? CopyOne(Descriptor from, byte[] name, in EntryStat stat, Descriptor to)
    {
        try
        {
            switch (stat.Type)
            {
                case EntryType.File:
                    return CopyFile(from, name, stat, to);
                case EntryType.SymbolicLink:
                    Naming.MakeSymbolicLink(to, name, Naming.LinkTarget(from, name));
                    break;
                default:
                    Naming.MakeNode(to, name, stat.Type == EntryType.Fifo ? 0x1000u : 0xc000u);
                    break;
            }
        }
        catch (SystemCallException e) when (e.Error == Errno.NotFound)
        {
            return null;
        }

        var made = Stat.TryOf(to, name)!.Value;
        Metadata.Copy(from, name, stat, to, name, made);
        return made.Inode;
    }

    private ulong CopyFile(Descriptor from, byte[] name, in EntryStat stat, Descriptor to)
    {
        using var source = Opening.OwnFile(from, name);
        using var target = Opening.NewFile(to, name);
        CopyContents(source, target, stat.Size);
        var made = Stat.Of(target);
        Metadata.SetOwner(target, default, stat, made);
        if (Attributes.IsAny(source))
        {
            UserAttributes.Copy(from, name, to, name);
        }

        Ownership.SetMode(target, default, stat.Mode);
        Ownership.SetModified(target, default, stat.Modified);
        return made.Inode;
    }

    private void CopyContents(Descriptor source, Descriptor target, long size)
    {
        if (size == 0 || (_clones && (_clones = FileData.TryClone(source, target))))
        {
            return;
        }

        if (size > SmallSize)
        {
            FileCopy.Copy(source, target, size);
        }
        else
        {
            CopySmall(source, target, (int)size);
        }

        Interlocked.Add(ref _bytes, size);
    }

    private static void CopySmall(Descriptor source, Descriptor target, int size)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SmallSize);
        try
        {
            var contents = buffer.AsSpan(0, Reading.At(source, buffer.AsSpan(0, size), 0));
            if (contents.Length < HoleSize || !IsSparse(contents))
            {
                Writing.At(target, contents, 0);
                return;
            }

            for (var offset = 0; offset < contents.Length; offset += HoleSize)
            {
                var block = contents[offset..Math.Min(offset + HoleSize, contents.Length)];
                if (block.ContainsAnyExcept((byte)0))
                {
                    Writing.At(target, block, offset);
                }
            }

            Writing.SetLength(target, contents.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether there is a block of zeros, which may have been a hole and need not be more in the copy.</summary>
    private static bool IsSparse(ReadOnlySpan<byte> contents)
    {
        while (contents.Length >= HoleSize)
        {
            if (!contents[..HoleSize].ContainsAnyExcept((byte)0))
            {
                return true;
            }

            contents = contents[HoleSize..];
        }

        return false;
    }
}
