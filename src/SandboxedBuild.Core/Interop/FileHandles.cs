using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>
/// name_to_handle_at(2): the filesystem's own lasting name of an inode. Overlayfs notes the handle of the lower file on every copy
/// that it makes of it, so the two tell which file a renamed one was.
/// </summary>
internal static partial class FileHandles
{
    private const int MaximumSize = 128;

    /// <summary>The handle as type and bytes in one, or null where the filesystem has none.</summary>
    public static byte[]? Of(Descriptor directory, ReadOnlySpan<byte> name)
    {
        Span<byte> handle = stackalloc byte[8 + MaximumSize];
        BinaryPrimitives.WriteUInt32LittleEndian(handle, MaximumSize);
        Span<byte> buffer = stackalloc byte[NameBuffer.Size];
        if (NameToHandle(directory, NameBuffer.Terminate(name, buffer), handle, out _, 0) != 0)
        {
            return null;
        }

        var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(handle);
        var type = BinaryPrimitives.ReadUInt32LittleEndian(handle[4..]);
        return [(byte)type, .. handle.Slice(8, length)];
    }

    /// <summary>
    /// The handle inside an <c>overlay.origin</c> attribute, in the form of <see cref="Of"/>; null where it holds none.
    /// The attribute is <c>struct ovl_fb</c> (fs/overlayfs/overlayfs.h): version 0, magic 0xfb, length, flags, type, uuid of 16 bytes, handle.
    /// </summary>
    public static byte[]? FromOrigin(ReadOnlySpan<byte> origin)
    {
        const int Header = 5 + 16;
        return origin.Length > Header && origin[0] == 0 && origin[1] == 0xfb && origin[2] == origin.Length
            ? [origin[4], .. origin[Header..]]
            : null;
    }

    [LibraryImport("libc", EntryPoint = "name_to_handle_at", SetLastError = true)]
    private static partial int NameToHandle(Descriptor directory, ReadOnlySpan<byte> name, Span<byte> handle, out int mount, int flags);
}
