using System.Runtime.InteropServices;
using System.Text;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Interop;

/// <summary>
/// Extended attributes (xattr(7)) of the entry itself, never of what a symlink points to. The entry is reached as
/// <c>/proc/self/fd/N/name</c>: the directory is held open, and files that may not be opened can be asked all the same.
/// </summary>
internal static partial class Attributes
{
    private const int NoSuchCall = 38;

    private static volatile bool s_hasAtCalls = true;

    /// <summary>Overlayfs's own attributes under the <c>userxattr</c> mount option.</summary>
    public static ReadOnlySpan<byte> OverlayPrefix => "user.overlay."u8;

    /// <summary>The one that every copy of a lower file has: which file it is a copy of.</summary>
    public static ReadOnlySpan<byte> Origin => "user.overlay.origin"u8;

    /// <summary>Whether an open file or directory has attributes at all.</summary>
    public static bool IsAny(Descriptor entry) => FaultPoint.Fails("flistxattr") || List(entry, 0, 0) != 0;

    /// <summary>The names of the attributes of an entry; none where the filesystem has no attributes.</summary>
    public static List<byte[]> Names(Descriptor directory, ReadOnlySpan<byte> name)
    {
        var path = PathOf(directory, name);
        Span<byte> buffer = stackalloc byte[1024];
        var length = FaultPoint.Fails("llistxattr") ? -1 : List(path, buffer, buffer.Length);
        while (length < 0 && Marshal.GetLastPInvokeError() == Errno.Range)
        {
            buffer = new byte[buffer.Length * 8];
            length = List(path, buffer, buffer.Length);
        }

        if (length < 0)
        {
            return Marshal.GetLastPInvokeError() == Errno.NotSupported
                ? []
                : throw SystemCallException.Last("llistxattr", BytePath.Display(name));
        }

        var names = new List<byte[]>();
        for (var rest = buffer[..(int)length]; !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)0);
            names.Add(rest[..end].ToArray());
            rest = rest[(end + 1)..];
        }

        return names;
    }

    /// <summary>An attribute's value, or null when the entry has none of this name or may not be asked.</summary>
    public static byte[]? Value(Descriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute)
    {
        if (TryValue(directory, name, attribute) is { } value)
        {
            return value;
        }

        // To read user.* attributes takes read permission (xattr(7)).
        using var held = Marshal.GetLastPInvokeError() == Errno.AccessDenied ? ShutEntries.Hold(directory, name, ShutEntries.Read) : null;
        return held is null ? null : TryValue(directory, name, attribute);
    }

    private static byte[]? TryValue(Descriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute)
    {
        var path = PathOf(directory, name);
        Span<byte> buffer = stackalloc byte[256];
        byte[] terminated = [.. attribute, 0];
        var length = FaultPoint.Fails("lgetxattr") ? -1 : Get(path, terminated, buffer, buffer.Length);
        while (length < 0 && Marshal.GetLastPInvokeError() == Errno.Range)
        {
            buffer = new byte[buffer.Length * 16];
            length = Get(path, terminated, buffer, buffer.Length);
        }

        return length >= 0 ? buffer[..(int)length].ToArray()
            : Marshal.GetLastPInvokeError() is Errno.NoData or Errno.NotSupported or Errno.NotFound or Errno.AccessDenied or Errno.NotPermitted ? null
            : throw SystemCallException.Last("lgetxattr", BytePath.Display(name));
    }

    public static void Put(Descriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        if (!FaultPoint.Fails("lsetxattr") && Set(PathOf(directory, name), [.. attribute, 0], value, value.Length, 0) == 0)
        {
            return;
        }

        using var held = Marshal.GetLastPInvokeError() == Errno.AccessDenied ? ShutEntries.Hold(directory, name, ShutEntries.Write) : null;
        if (held is null || Set(PathOf(directory, name), [.. attribute, 0], value, value.Length, 0) != 0)
        {
            throw SystemCallException.Last("lsetxattr", $"{BytePath.Display(name)} ({BytePath.Display(attribute)})");
        }
    }

    public static void Drop(Descriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute)
    {
        if ((!FaultPoint.Fails("lremovexattr") && RemoveAt(directory, name, [.. attribute, 0]) == 0) || Marshal.GetLastPInvokeError() == Errno.NoData)
        {
            return;
        }

        using var held = Marshal.GetLastPInvokeError() == Errno.AccessDenied ? ShutEntries.Hold(directory, name, ShutEntries.Write) : null;
        if (held is null || (Remove(PathOf(directory, name), [.. attribute, 0]) != 0 && Marshal.GetLastPInvokeError() != Errno.NoData))
        {
            throw SystemCallException.Last("lremovexattr", $"{BytePath.Display(name)} ({BytePath.Display(attribute)})");
        }
    }

    private static byte[] PathOf(Descriptor directory, ReadOnlySpan<byte> name)
    {
        var prefix = Encoding.ASCII.GetBytes($"/proc/self/fd/{directory.Number}/");
        return [.. prefix, .. name.IsEmpty ? "."u8 : name, 0];
    }

    /// <summary>removexattrat came with Linux 6.13; by the way through /proc the same takes twice as long.</summary>
    private static int RemoveAt(Descriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute)
    {
        const int RemoveAtCall = 466;
        const int NoFollow = 0x100;
        if (s_hasAtCalls && !name.IsEmpty)
        {
            Span<byte> buffer = stackalloc byte[NameBuffer.Size];
            var result = (int)Remove(RemoveAtCall, directory, NameBuffer.Terminate(name, buffer), NoFollow, attribute);
            if (result == 0 || Marshal.GetLastPInvokeError() is not (NoSuchCall or Errno.NotPermitted))
            {
                return result;
            }

            // Older filters of system calls answer EPERM to those that they do not know.
            s_hasAtCalls = false;
        }

        return Remove(PathOf(directory, name), attribute);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Remove(nint number, Descriptor directory, ReadOnlySpan<byte> name, nint flags, ReadOnlySpan<byte> attribute);

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    private static partial nint List(Descriptor entry, nint names, nint size);

    [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
    private static partial nint List(ReadOnlySpan<byte> path, Span<byte> names, nint size);

    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
    private static partial nint Get(ReadOnlySpan<byte> path, ReadOnlySpan<byte> attribute, Span<byte> value, nint size);

    [LibraryImport("libc", EntryPoint = "lsetxattr", SetLastError = true)]
    private static partial int Set(ReadOnlySpan<byte> path, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value, nint size, int flags);

    [LibraryImport("libc", EntryPoint = "lremovexattr", SetLastError = true)]
    private static partial int Remove(ReadOnlySpan<byte> path, ReadOnlySpan<byte> attribute);
}
