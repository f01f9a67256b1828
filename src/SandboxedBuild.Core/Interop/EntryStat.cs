using SandboxedBuild.Changes;

namespace SandboxedBuild.Interop;

/// <summary>What statx(2) says of an entry, no symlink followed.</summary>
/// <param name="Type">What the entry is.</param>
/// <param name="Mode">Permission bits with setuid, setgid and sticky: <c>0o7777</c> at most.</param>
/// <param name="Uid">Owner as this process sees it.</param>
/// <param name="Gid">Group as this process sees it.</param>
/// <param name="Inode">Inode number, unique within <paramref name="Device"/>.</param>
/// <param name="Device">Device number: major in the upper half, minor in the lower.</param>
/// <param name="Mount">The mount that the entry was reached through: renames work within one mount only.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Allocated">Bytes that it takes up on the disk: fewer than its size if it is sparse.</param>
/// <param name="Links">Hard links.</param>
/// <param name="Accessed">atime in nanoseconds since 1970.</param>
/// <param name="Modified">mtime in nanoseconds since 1970.</param>
/// <param name="Changed">ctime in nanoseconds since 1970.</param>
/// <param name="Born">btime in nanoseconds since 1970; zero where the filesystem knows none.</param>
/// <param name="DeviceNode">For device nodes, the device that they stand for; zero for overlayfs whiteouts.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct EntryStat(
    EntryType Type,
    uint Mode,
    uint Uid,
    uint Gid,
    ulong Inode,
    ulong Device,
    ulong Mount,
    long Size,
    long Allocated,
    uint Links,
    long Accessed,
    long Modified,
    long Changed,
    long Born,
    ulong DeviceNode)
{
    /// <summary>
    /// Whether this is overlayfs's mark for a deleted lower entry: a character device 0:0
    /// (Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories").
    /// </summary>
    public bool IsWhiteout => Type == EntryType.CharacterDevice && DeviceNode == 0;

    public bool IsDirectory => Type == EntryType.Directory;

    /// <summary>Whether both are the same inode, unchanged since.</summary>
    public bool IsSameVersionAs(in EntryStat other) =>
        Inode == other.Inode && Device == other.Device && Size == other.Size && Modified == other.Modified;
}
