using System.Runtime.InteropServices;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Interop;

/// <summary>Calls that change which names a directory has: renameat2(2), linkat(2), unlinkat(2), mkdirat(2), symlinkat(2), readlinkat(2).</summary>
internal static partial class Naming
{
    private const uint NoReplace = 1;
    private const uint ExchangeNames = 2;
    private const int RemoveDirectoryFlag = 0x200;

    /// <summary>Gives an entry a new place where nothing is yet; one atomic step.</summary>
    public static void Move(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName) =>
        Rename(from, name, to, newName, NoReplace);

    /// <summary>Swaps two entries of whatever type; one atomic step, in which neither name is ever missing.</summary>
    public static void Exchange(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> other) =>
        Rename(from, name, to, other, ExchangeNames);

    /// <summary>Gives an entry, which is no directory, one more name; a symlink gets it itself.</summary>
    public static void Link(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName)
    {
        if (FaultPoint.Fails("linkat") || LinkAt(from, [.. name, 0], to, [.. newName, 0], 0) != 0)
        {
            throw SystemCallException.Last("linkat", $"{BytePath.Display(name)} -> {BytePath.Display(newName)}");
        }
    }

    public static void RemoveFile(Descriptor directory, ReadOnlySpan<byte> name) => Unlink(directory, name, 0);

    public static void RemoveDirectory(Descriptor directory, ReadOnlySpan<byte> name) => Unlink(directory, name, RemoveDirectoryFlag);

    /// <summary>Removes a file, or an empty directory, without a look at which of them it is; false where that did not do.</summary>
    public static bool TryRemove(Descriptor directory, ReadOnlySpan<byte> name)
    {
        Span<byte> buffer = stackalloc byte[NameBuffer.Size];
        var path = NameBuffer.Terminate(name, buffer);
        return (!FaultPoint.Fails("unlinkat") && UnlinkAt(directory, path, 0) == 0)
            || (Marshal.GetLastPInvokeError() == Errno.IsDirectory && !FaultPoint.Fails("unlinkat") && UnlinkAt(directory, path, RemoveDirectoryFlag) == 0);
    }

    public static void MakeDirectory(Descriptor directory, ReadOnlySpan<byte> name, uint mode)
    {
        if (FaultPoint.Fails("mkdirat") || MkdirAt(directory, [.. name, 0], mode) != 0)
        {
            throw SystemCallException.Last("mkdirat", BytePath.Display(name));
        }
    }

    public static void MakeSymbolicLink(Descriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        if (FaultPoint.Fails("symlinkat") || SymlinkAt([.. target, 0], directory, [.. name, 0]) != 0)
        {
            throw SystemCallException.Last("symlinkat", BytePath.Display(name));
        }
    }

    /// <summary>Makes a FIFO or a socket (never a device: <paramref name="format"/> is S_IFIFO or S_IFSOCK).</summary>
    public static void MakeNode(Descriptor directory, ReadOnlySpan<byte> name, uint format)
    {
        if (FaultPoint.Fails("mknodat") || MknodAt(directory, [.. name, 0], format | 0x180, 0) != 0)
        {
            throw SystemCallException.Last("mknodat", BytePath.Display(name));
        }
    }

    /// <summary>
    /// Makes overlayfs's mark for a deleted entry, a character device 0:0, which everybody may make since Linux 5.8. False where the filesystem takes none, as overlayfs
    /// itself.
    /// </summary>
    public static bool TryMakeWhiteout(Descriptor directory, ReadOnlySpan<byte> name) =>
        !FaultPoint.Fails("mknodat") && MknodAt(directory, [.. name, 0], 0x2000, 0) == 0;

    /// <summary>What a symlink points to, as bytes.</summary>
    public static byte[] LinkTarget(Descriptor directory, ReadOnlySpan<byte> name)
    {
        // A target is at most PATH_MAX long.
        Span<byte> target = stackalloc byte[4096];
        Span<byte> buffer = stackalloc byte[NameBuffer.Size];
        var length = FaultPoint.Fails("readlinkat") ? -1 : ReadLinkAt(directory, NameBuffer.Terminate(name, buffer), target, target.Length);
        return length < 0 ? throw SystemCallException.Last("readlinkat", BytePath.Display(name)) : target[..(int)length].ToArray();
    }

    private static void Rename(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName, uint flags)
    {
        Span<byte> first = stackalloc byte[NameBuffer.Size];
        Span<byte> second = stackalloc byte[NameBuffer.Size];
        if (FaultPoint.Fails("renameat2") || RenameAt2(from, NameBuffer.Terminate(name, first), to, NameBuffer.Terminate(newName, second), flags) != 0)
        {
            throw SystemCallException.Last("renameat2", $"{BytePath.Display(name)} -> {BytePath.Display(newName)}");
        }
    }

    private static void Unlink(Descriptor directory, ReadOnlySpan<byte> name, int flags)
    {
        Span<byte> buffer = stackalloc byte[NameBuffer.Size];
        if (FaultPoint.Fails("unlinkat") || UnlinkAt(directory, NameBuffer.Terminate(name, buffer), flags) != 0)
        {
            throw SystemCallException.Last("unlinkat", BytePath.Display(name));
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    private static partial int RenameAt2(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    private static partial int LinkAt(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> newName, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int UnlinkAt(Descriptor directory, ReadOnlySpan<byte> name, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    private static partial int MkdirAt(Descriptor directory, ReadOnlySpan<byte> name, uint mode);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    private static partial int SymlinkAt(ReadOnlySpan<byte> target, Descriptor directory, ReadOnlySpan<byte> name);

    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    private static partial int MknodAt(Descriptor directory, ReadOnlySpan<byte> name, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static partial nint ReadLinkAt(Descriptor directory, ReadOnlySpan<byte> name, Span<byte> target, nint size);
}
