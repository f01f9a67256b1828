using System.Runtime.InteropServices;
using System.Text;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Interop;

/// <summary>open(2) and openat2(2): below a root, every way is walked with no symlink followed and never out of the root.</summary>
internal static partial class Opening
{
    /// <summary>openat2's number is the same on every architecture (it came after the numbers were unified).</summary>
    private const int OpenAt2Call = 437;
    private const ulong ResolveNoMagicLinks = 0x02;
    private const ulong ResolveNoSymlinks = 0x04;
    private const ulong ResolveBeneath = 0x08;

    /// <summary>PATH_MAX is 4096 with the NUL; a longer path is walked in pieces.</summary>
    private const int LongestPiece = 4000;

    /// <summary>Opens a directory that the user named: symlinks in this path are the user's own and are followed.</summary>
    public static Descriptor Directory(string path)
    {
        if (FaultPoint.Fails("open"))
        {
            throw SystemCallException.Last("open", path);
        }

        var descriptor = Open(path, OpenFlags.Read | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        return !descriptor.IsInvalid && !MayBeShut(descriptor) ? descriptor
            : descriptor.IsInvalid && Marshal.GetLastPInvokeError() != Errno.AccessDenied ? throw SystemCallException.Last("open", path)
            : ThroughShut(path);
    }

    /// <summary>Finds a directory that the user named without opening it (O_PATH), which needs no right to read it; null when it is not there or not to be reached.</summary>
    public static Descriptor? TryPlace(string path)
    {
        var descriptor = Open(path, OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (!descriptor.IsInvalid)
        {
            return descriptor;
        }

        var error = Marshal.GetLastPInvokeError();
        descriptor.Dispose();
        return error is Errno.NotFound or Errno.NotDirectory or Errno.AccessDenied or Errno.Loop ? null : throw new SystemCallException("open", path, error);
    }

    /// <summary>Opens a directory below <paramref name="root"/>.</summary>
    public static Descriptor Directory(Descriptor root, BytePath path) =>
        TryDirectory(root, path.Bytes) ?? throw SystemCallException.Last("openat2", path.ToString());

    /// <summary>
    /// Opens a directory below <paramref name="root"/>, or gives null when there is none: nothing, something else, or a symlink on the
    /// way. The error number is then the last one.
    /// </summary>
    public static Descriptor? TryDirectory(Descriptor root, BytePath path) =>
        TryDirectory(root, path.Bytes) ?? (Marshal.GetLastPInvokeError() is Errno.NotFound or Errno.NotDirectory or Errno.Loop ? null : throw SystemCallException.Last("openat2", path.ToString()));

    /// <summary>
    /// The same for a tree that somebody is at work in: a directory that is shut stays so. Null where it cannot be opened as it is.
    /// </summary>
    public static Descriptor? TryDirectoryAsItIs(Descriptor root, BytePath path) => TryWhereOpen(root, path.Bytes);

    /// <summary>Opens the directory <paramref name="name"/> in <paramref name="parent"/>; not through a symlink.</summary>
    public static Descriptor Child(Descriptor parent, ReadOnlySpan<byte> name) =>
        TryDirectory(parent, name) ?? throw SystemCallException.Last("openat2", BytePath.Display(name));

    /// <summary>Opens a regular file for reading; a FIFO that has been put in its place does not block the call.</summary>
    public static Descriptor File(Descriptor parent, ReadOnlySpan<byte> name) =>
        Beneath(parent, name, OpenFlags.Read | OpenFlags.NonBlocking, 0) ?? throw SystemCallException.Last("openat2", BytePath.Display(name));

    /// <summary>Opens a file that belongs to this user, for reading, though its mode may forbid it; the mode is put back at once.</summary>
    public static Descriptor OwnFile(Descriptor parent, ReadOnlySpan<byte> name)
    {
        try
        {
            return File(parent, name);
        }
        catch (SystemCallException e) when (e.Error == Errno.AccessDenied && Stat.TryOf(parent, name) is { Type: Changes.EntryType.File })
        {
            using var held = ShutEntries.Hold(parent, name, ShutEntries.Read);
            return File(parent, name);
        }
    }

    /// <summary>Finds an entry without opening it (O_PATH), or the open directory itself when the name is empty; null where there is none.</summary>
    public static Descriptor? TryPath(Descriptor parent, ReadOnlySpan<byte> name)
    {
        if (!name.IsEmpty && !name.SequenceEqual("."u8))
        {
            return Beneath(parent, name, OpenFlags.Path, 0);
        }

        var itself = Open($"/proc/self/fd/{parent.Number}", OpenFlags.Path | OpenFlags.CloseOnExec, 0);
        return itself.IsInvalid ? null : itself;
    }

    /// <summary>Creates a file that must not exist yet, for writing by its owner alone.</summary>
    public static Descriptor NewFile(Descriptor parent, ReadOnlySpan<byte> name) =>
        Beneath(parent, name, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive, 0x180)
            ?? throw SystemCallException.Last("openat2", BytePath.Display(name));

    /// <summary>Opens a regular file for writing over it; whatever has been put in its place, nothing is waited for or followed.</summary>
    public static Descriptor FileForWriting(Descriptor parent, ReadOnlySpan<byte> name) =>
        Beneath(parent, name, OpenFlags.Write | OpenFlags.NonBlocking, 0) ?? throw SystemCallException.Last("openat2", BytePath.Display(name));

    private static Descriptor? TryDirectory(Descriptor root, ReadOnlySpan<byte> path)
    {
        var opened = ShutEntries.IsAnyOpen ? null : TryWhereOpen(root, path);
        if (opened is not null ? !MayBeShut(opened) : !ShutEntries.IsAnyOpen && (Caller.IsRoot || Marshal.GetLastPInvokeError() != Errno.AccessDenied))
        {
            return opened;
        }

        opened?.Dispose();
        return TryThroughShut(root, path);
    }

    private static Descriptor? TryWhereOpen(Descriptor root, ReadOnlySpan<byte> path)
    {
        var flags = OpenFlags.Read | OpenFlags.Directory;
        if (path.IsEmpty)
        {
            path = "."u8;
        }

        Descriptor? from = null;
        while (path.Length > LongestPiece)
        {
            var slash = path[..LongestPiece].LastIndexOf((byte)'/');
            var next = Beneath(from ?? root, path[..slash], flags, 0);
            from?.Dispose();
            if (next is null)
            {
                return null;
            }

            from = next;
            path = path[(slash + 1)..];
        }

        var opened = Beneath(from ?? root, path, flags, 0);
        from?.Dispose();
        return opened;
    }

    private static Descriptor? Beneath(Descriptor directory, ReadOnlySpan<byte> path, int flags, ulong mode)
    {
        var how = new OpenHow
        {
            Flags = (ulong)(flags | OpenFlags.CloseOnExec | OpenFlags.NoFollow),
            Mode = mode,
            Resolve = ResolveBeneath | ResolveNoSymlinks | ResolveNoMagicLinks,
        };
        Span<byte> buffer = stackalloc byte[NameBuffer.Size];
        var terminated = NameBuffer.Terminate(path, buffer);
        while (true)
        {
            var number = FaultPoint.Fails((flags & OpenFlags.Create) == 0 ? "openat2" : "openat2 O_CREAT") ? -1 : OpenAt2(OpenAt2Call, directory, terminated, how, Marshal.SizeOf<OpenHow>());
            if (number >= 0)
            {
                var descriptor = new Descriptor();
                Marshal.InitHandle(descriptor, number);
                return descriptor;
            }

            // RESOLVE_BENEATH may give up when something is renamed meanwhile (openat2(2), EAGAIN).
            if (Marshal.GetLastPInvokeError() is not (Errno.TryAgain or Errno.Interrupted))
            {
                return null;
            }
        }
    }

    private static Descriptor Open(string path, int flags, uint mode) => Open(Encoding.UTF8.GetBytes(path + "\0"), flags, mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial Descriptor Open(ReadOnlySpan<byte> path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint OpenAt2(nint number, Descriptor directory, ReadOnlySpan<byte> path, in OpenHow how, nint size);

    /// <summary><c>struct open_how</c> of linux/openat2.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
