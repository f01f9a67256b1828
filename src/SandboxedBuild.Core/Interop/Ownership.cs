using System.Runtime.InteropServices;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Interop;

/// <summary>Mode, owner and times of the entry itself: fchmodat(2), fchownat(2), utimensat(2).</summary>
internal static partial class Ownership
{
    private const int AtSymlinkNoFollow = 0x100;
    private const long Omit = (1L << 30) - 2;

    /// <summary>
    /// Sets the permission bits (<c>0o7777</c> at most). Not for symlinks, which have none. Linux's fchmodat follows symlinks, so
    /// the caller must hold the directory and know that the entry is none.
    /// </summary>
    public static void SetMode(Descriptor directory, ReadOnlySpan<byte> name, uint mode)
    {
        if (!ShutEntries.TrySetMode(directory, name, mode))
        {
            Check(FaultPoint.Fails("fchmodat") || (IsItself(name) ? ChangeMode(directory, mode) : ChangeMode(directory, Terminated(name), mode, 0)) != 0, "fchmodat", name);
        }
    }

    /// <summary>Sets the permission bits of an entry that was opened as a path (O_PATH) alone, no symlink.</summary>
    public static void SetModeOfPath(Descriptor entry, uint mode)
    {
        var path = $"/proc/self/fd/{entry.Number}";
        Check(FaultPoint.Fails("fchmodat") || ChangeMode(entry, Terminated(System.Text.Encoding.ASCII.GetBytes(path)), mode, 0) != 0, "fchmodat", System.Text.Encoding.ASCII.GetBytes(path));
    }

    public static void SetOwner(Descriptor directory, ReadOnlySpan<byte> name, uint uid, uint gid)
    {
        Check(FaultPoint.Fails("fchownat") || (IsItself(name) ? ChangeOwner(directory, uid, gid) : ChangeOwner(directory, Terminated(name), uid, gid, AtSymlinkNoFollow)) != 0, "fchownat", name);
    }

    /// <summary>Sets mtime, in nanoseconds since 1970; atime stays.</summary>
    public static void SetModified(Descriptor directory, ReadOnlySpan<byte> name, long nanoseconds)
    {
        var seconds = Math.DivRem(nanoseconds, 1_000_000_000, out var fraction);
        if (fraction < 0)
        {
            seconds--;
            fraction += 1_000_000_000;
        }

        ReadOnlySpan<long> times = [0, Omit, seconds, fraction];
        Check(FaultPoint.Fails("utimensat") || (IsItself(name) ? SetTimes(directory, times) : SetTimes(directory, Terminated(name), times, AtSymlinkNoFollow)) != 0, "utimensat", name);
    }

    /// <summary>An open directory has its own calls: to find <c>.</c> in it takes search permission.</summary>
    private static bool IsItself(ReadOnlySpan<byte> name) => name.IsEmpty || name.SequenceEqual("."u8);

    private static byte[] Terminated(ReadOnlySpan<byte> name) => [.. name, 0];

    private static void Check(bool failed, string call, ReadOnlySpan<byte> name)
    {
        if (failed)
        {
            throw SystemCallException.Last(call, BytePath.Display(name));
        }
    }

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    private static partial int ChangeMode(Descriptor directory, ReadOnlySpan<byte> name, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    private static partial int ChangeOwner(Descriptor directory, ReadOnlySpan<byte> name, uint uid, uint gid, int flags);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int ChangeMode(Descriptor entry, uint mode);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(Descriptor entry, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    private static partial int SetTimes(Descriptor entry, ReadOnlySpan<long> times);

    /// <summary>The times are two <c>struct timespec</c>, four 64-bit numbers on every 64-bit architecture.</summary>
    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    private static partial int SetTimes(Descriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<long> times, int flags);
}
