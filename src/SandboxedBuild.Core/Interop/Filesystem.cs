using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>fstatfs(2): which filesystem a directory is on.</summary>
internal static partial class Filesystem
{
    /// <summary>More than <c>struct statfs</c> has on any architecture.</summary>
    private const int StructureSize = 256;

    /// <summary>Of linux/magic.h: ext2 to ext4, XFS, Btrfs, F2FS.</summary>
    private static readonly HashSet<uint> s_stamping = [0xef53, 0x58465342, 0x9123683e, 0xf2f52010];

    /// <summary>The same with tmpfs and overlayfs.</summary>
    private static readonly HashSet<uint> s_local = [.. s_stamping, 0x01021994, 0x794c7630];

    /// <summary>
    /// Whether it is one of this kernel's own that are known to give times by this kernel's clock, as fine as those of any other of them, and to keep an entry's inode number; elsewhere times may be
    /// those of a server, in whole seconds.
    /// </summary>
    public static bool IsKnownLocal(Descriptor directory) => s_local.Contains(TypeOf(directory));

    /// <summary>
    /// Whether a write through a mapping (mmap(2)) shows in a file's ctime. It does not on tmpfs, where a page that was read first is written
    /// without the kernel's knowing; what is not known to is not relied on.
    /// </summary>
    public static bool StampsMappedWrites(Descriptor directory) => s_stamping.Contains(TypeOf(directory));

    private static uint TypeOf(Descriptor directory)
    {
        Span<byte> buffer = stackalloc byte[StructureSize];
        return !FaultPoint.Fails("fstatfs") && StatFs(directory, buffer) == 0
            ? (uint)BinaryPrimitives.ReadInt64LittleEndian(buffer)
            : throw SystemCallException.Last("fstatfs", $"/proc/self/fd/{directory.Number}");
    }

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int StatFs(Descriptor directory, Span<byte> buffer);
}
