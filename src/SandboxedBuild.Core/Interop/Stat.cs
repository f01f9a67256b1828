using System.Runtime.InteropServices;
using SandboxedBuild.Changes;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Interop;

/// <summary>statx(2): the one stat call whose structure is the same on every architecture.</summary>
internal static partial class Stat
{
    private const int AtSymlinkNoFollow = 0x100;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const uint BirthTime = 0x800;
    private const uint MountId = 0x1000;
    private const uint TypeMask = 0xf000;

    /// <summary>The unit of <c>stx_blocks</c>, whatever the filesystem's own is.</summary>
    private const int BlockSize = 512;

    /// <summary>The entry that the descriptor is open on, as the kernel tells it even when <see cref="ShutEntries"/> has opened it.</summary>
    public static EntryStat Raw(Descriptor descriptor)
    {
        RawStatx raw = default;
        return !FaultPoint.Fails("statx") && Statx(descriptor, "\0"u8, AtEmptyPath, BasicStats | BirthTime | MountId, out raw) == 0
            ? Convert(raw)
            : throw SystemCallException.Last("statx", $"/proc/self/fd/{descriptor.Number}");
    }

    /// <summary>The entry <paramref name="name"/> of <paramref name="directory"/>, or null when there is none.</summary>
    public static EntryStat? TryOf(Descriptor directory, ReadOnlySpan<byte> name)
    {
        Span<byte> buffer = stackalloc byte[NameBuffer.Size];
        var path = NameBuffer.Terminate(name, buffer);
        RawStatx raw = default;
        if (!FaultPoint.Fails("statx") && Statx(directory, path, AtSymlinkNoFollow, BasicStats | BirthTime | MountId, out raw) == 0)
        {
            return ShutEntries.AsItWas(Convert(raw));
        }

        return Marshal.GetLastPInvokeError() is Errno.NotFound or Errno.NotDirectory
            ? null
            : throw SystemCallException.Last("statx", BytePath.Display(name));
    }

    /// <summary>The entry that the descriptor is open on.</summary>
    public static EntryStat Of(Descriptor descriptor) => ShutEntries.AsItWas(Raw(descriptor));

    private static EntryStat Convert(in RawStatx raw) => new(
        TypeOf(raw.Mode & TypeMask),
        raw.Mode & 0xfffu,
        raw.Uid,
        raw.Gid,
        raw.Inode,
        ((ulong)raw.DeviceMajor << 32) | raw.DeviceMinor,
        raw.MountId,
        (long)raw.Size,
        (long)raw.Blocks * BlockSize,
        raw.Links,
        raw.Accessed.Nanoseconds,
        raw.Modified.Nanoseconds,
        raw.Changed.Nanoseconds,
        raw.Born.Nanoseconds,
        ((ulong)raw.NodeMajor << 32) | raw.NodeMinor);

    private static EntryType TypeOf(uint format) => format switch
    {
        0x8000 => EntryType.File,
        0x4000 => EntryType.Directory,
        0xa000 => EntryType.SymbolicLink,
        0x1000 => EntryType.Fifo,
        0xc000 => EntryType.Socket,
        0x2000 => EntryType.CharacterDevice,
        _ => EntryType.BlockDevice,
    };

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(Descriptor directory, ReadOnlySpan<byte> path, int flags, uint mask, out RawStatx buffer);

    /// <summary><c>struct statx_timestamp</c> of linux/stat.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RawTimestamp
    {
        public long Seconds;
        public uint Fraction;
        public int Reserved;

        public readonly long Nanoseconds => (Seconds * 1_000_000_000) + Fraction;
    }

    /// <summary><c>struct statx</c> of linux/stat.h; 256 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct RawStatx
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(24)]
        public uint Gid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(48)]
        public ulong Blocks;

        [FieldOffset(64)]
        public RawTimestamp Accessed;

        [FieldOffset(80)]
        public RawTimestamp Born;

        [FieldOffset(96)]
        public RawTimestamp Changed;

        [FieldOffset(112)]
        public RawTimestamp Modified;

        [FieldOffset(128)]
        public uint NodeMajor;

        [FieldOffset(132)]
        public uint NodeMinor;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;

        [FieldOffset(144)]
        public ulong MountId;
    }
}
