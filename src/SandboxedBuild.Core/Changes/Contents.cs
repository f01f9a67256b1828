using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Changes;

/// <summary>Whether two entries of one type say the same.</summary>
internal static class Contents
{
    private const int BlockSize = 128 * 1024;

    /// <summary>Compares an entry of the upper layer with the live one of the same name.</summary>
    public static bool AreEqual(Descriptor upper, in EntryStat now, Descriptor live, in EntryStat former, ReadOnlySpan<byte> name) => now.Type switch
    {
        EntryType.File => now.Size == former.Size && (AreFilesEqual(upper, name, live, name) ?? now.Modified == former.Modified),
        EntryType.SymbolicLink => AreLinksEqual(upper, name, live, name),
        EntryType.Fifo or EntryType.Socket => true,
        _ => now.DeviceNode == former.DeviceNode,
    };

    /// <summary>Whether two symlinks point to the same.</summary>
    public static bool AreLinksEqual(Descriptor first, ReadOnlySpan<byte> name, Descriptor second, ReadOnlySpan<byte> other) =>
        Naming.LinkTarget(first, name).AsSpan().SequenceEqual(Naming.LinkTarget(second, other));

    /// <summary>Whether two files of one size hold the same bytes; null when one of them may not be read.</summary>
    public static bool? AreFilesEqual(Descriptor first, ReadOnlySpan<byte> name, Descriptor second, ReadOnlySpan<byte> other)
    {
        try
        {
            using var left = Opening.OwnFile(first, name);
            using var right = Opening.OwnFile(second, other);
            return HoldSame(left, right, Stat.Of(left).Size);
        }
        catch (SystemCallException e) when (e.Error is Errno.AccessDenied or Errno.NotPermitted)
        {
            return null;
        }
    }

    /// <summary>What a file or symlink says, as type and hash; null when it may not be read.</summary>
    public static string? Digest(Descriptor directory, ReadOnlySpan<byte> name, EntryType type)
    {
        if (type == EntryType.SymbolicLink)
        {
            return "link " + Convert.ToHexString(Naming.LinkTarget(directory, name));
        }

        try
        {
            using var descriptor = Opening.OwnFile(directory, name);
            using var handle = new SafeFileHandle(descriptor.Number, ownsHandle: false);
            using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            return "file " + Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (SystemCallException e) when (e.Error is Errno.AccessDenied or Errno.NotPermitted)
        {
            return null;
        }
    }

    private static bool HoldSame(Descriptor left, Descriptor right, long size)
    {
        using var leftFile = new SafeFileHandle(left.Number, ownsHandle: false);
        using var rightFile = new SafeFileHandle(right.Number, ownsHandle: false);
        var buffer = ArrayPool<byte>.Shared.Rent(2 * BlockSize);
        try
        {
            for (long offset = 0; ;)
            {
                // Where both have a hole, there is nothing to read. A small file is read faster than it is asked.
                offset = size <= BlockSize ? offset : Math.Min(FileData.NextData(left, offset, size), FileData.NextData(right, offset, size));
                var one = Fill(leftFile, buffer.AsSpan(0, BlockSize), offset);
                var two = Fill(rightFile, buffer.AsSpan(BlockSize, BlockSize), offset);
                if (!buffer.AsSpan(0, one).SequenceEqual(buffer.AsSpan(BlockSize, two)))
                {
                    return false;
                }

                if (one == 0)
                {
                    return true;
                }

                offset += one;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Fill(SafeFileHandle file, Span<byte> block, long offset)
    {
        var filled = 0;
        while (filled < block.Length && RandomAccess.Read(file, block[filled..], offset + filled) is var read and > 0)
        {
            filled += read;
        }

        return filled;
    }
}
