using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>getdents64(2): names as bytes, which the .NET classes would turn into text and lose.</summary>
internal static partial class DirectoryReading
{
    private const int BufferSize = 64 * 1024;

    /// <summary>The offset of the name in <c>struct linux_dirent64</c>: inode 8, offset 8, length 2, type 1.</summary>
    private const int NameOffset = 19;

    private const int TypeOffset = 18;
    private const byte LinkType = 10;

    /// <summary>The names in a directory, without <c>.</c> and <c>..</c>, sorted by bytes.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="links">Whether symlinks are wanted too; some filesystems do not say what is one, and then they are there anyway.</param>
    /// <param name="start">Where the reading starts: 0, or behind some of what the filesystem lists first.</param>
    public static List<byte[]> Names(Descriptor directory, bool links = true, long start = 0)
    {
        var names = new List<byte[]>();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            Rewind(directory, start, 0);
            while (true)
            {
                var length = FaultPoint.Fails("getdents64") ? -1 : ReadEntries(directory, buffer, buffer.Length);
                if (length == 0)
                {
                    break;
                }

                if (length < 0)
                {
                    throw SystemCallException.Last("getdents64", $"/proc/self/fd/{directory.Number}");
                }

                Collect(buffer.AsSpan(0, (int)length), names, links);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        names.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        return names;
    }

    private static void Collect(ReadOnlySpan<byte> entries, List<byte[]> names, bool links)
    {
        while (!entries.IsEmpty)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(entries[16..]);
            var name = entries[NameOffset..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8) && (links || entries[TypeOffset] != LinkType))
            {
                names.Add(name.ToArray());
            }

            entries = entries[length..];
        }
    }

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial nint ReadEntries(Descriptor directory, Span<byte> buffer, nint size);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Rewind(Descriptor directory, long offset, int whence);
}
