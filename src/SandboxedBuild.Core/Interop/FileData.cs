using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>Where a file has data and where holes, and copies of data that the kernel makes: lseek(2), ioctl_ficlone(2), copy_file_range(2).</summary>
internal static partial class FileData
{
    private const int SeekData = 3;
    private const int SeekHole = 4;

    /// <summary>FICLONE of linux/fs.h: <c>_IOW(0x94, 9, int)</c>.</summary>
    private const uint CloneRequest = 0x40049409;

    /// <summary>The first data at or after an offset; <paramref name="end"/> where only a hole is left.</summary>
    public static long NextData(Descriptor file, long offset, long end) =>
        offset >= end ? end
        : Seek(file, offset, SeekData) is var found and >= 0 ? Math.Min(found, end)
        : Marshal.GetLastPInvokeError() == Errno.NoSuchDevice ? end
        : offset;

    /// <summary>The first hole after an offset in data; <paramref name="end"/> where there is none.</summary>
    public static long NextHole(Descriptor file, long offset, long end) =>
        Seek(file, offset, SeekHole) is var found && found > offset ? Math.Min(found, end) : end;

    /// <summary>Has two files share their data, where the filesystem can; the second is empty before.</summary>
    public static bool TryClone(Descriptor from, Descriptor to) => !FaultPoint.Fails("ioctl FICLONE") && Control(to, CloneRequest, from.Number) == 0;

    /// <summary>Copies a part within the kernel; gives how much that was, 0 where it cannot.</summary>
    public static long TryCopy(Descriptor from, Descriptor to, long offset, long length)
    {
        var (source, target) = (offset, offset);
        return FaultPoint.Fails("copy_file_range") ? 0 : Math.Max(0, CopyRange(from, ref source, to, ref target, (nint)Math.Min(length, 1 << 30), 0));
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(Descriptor file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(Descriptor file, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint CopyRange(Descriptor from, ref long source, Descriptor to, ref long target, nint length, uint flags);
}
