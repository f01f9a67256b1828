using System.Buffers;
using Microsoft.Win32.SafeHandles;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Commits;

/// <summary>Copies the contents of a file: shared with the original where the filesystem can, else within the kernel, else by hand.</summary>
internal static class FileCopy
{
    /// <summary>Blocks of zeros of this size become holes, as they may have been: overlayfs fills small holes when it copies.</summary>
    private const int BlockSize = 64 * 1024;

    /// <summary>Copies to a file that is empty and nobody else's.</summary>
    public static void Copy(Descriptor from, Descriptor to, long size)
    {
        if (FileData.TryClone(from, to))
        {
            return;
        }

        for (var start = FileData.NextData(from, 0, size); start < size;)
        {
            var end = FileData.NextHole(from, start, size);
            for (long copied; start < end && (copied = FileData.TryCopy(from, to, start, end - start)) > 0; start += copied)
            {
            }

            CopyByHand(from, to, start, end);
            start = FileData.NextData(from, end, size);
        }

        Writing.SetLength(to, size);
    }

    private static void CopyByHand(Descriptor from, Descriptor to, long start, long end)
    {
        using var reading = new SafeFileHandle(from.Number, ownsHandle: false);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            while (start < end && RandomAccess.Read(reading, buffer.AsSpan(0, (int)Math.Min(BlockSize, end - start)), start) is var read and > 0)
            {
                if (buffer.AsSpan(0, read).ContainsAnyExcept((byte)0))
                {
                    Writing.At(to, buffer.AsSpan(0, read), start);
                }

                start += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
