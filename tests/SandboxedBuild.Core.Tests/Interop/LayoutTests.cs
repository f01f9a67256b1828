using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Core.Tests;

/// <summary>Layouts and constants are those of the C headers: a C program is asked.</summary>
internal sealed class LayoutTests
{
    private static readonly string[] Headers = ["errno.h", "fcntl.h", "linux/fs.h", "linux/openat2.h", "poll.h", "stddef.h", "stdio.h", "sys/file.h", "sys/stat.h", "sys/syscall.h"];

    [Test]
    public void The_structure_of_statx()
    {
        var structure = Nested(typeof(Stat), "RawStatx");
        AssertSame(
            ("sizeof(struct statx)", Marshal.SizeOf(structure)),
            ("offsetof(struct statx, stx_nlink)", Offset(structure, "Links")),
            ("offsetof(struct statx, stx_uid)", Offset(structure, "Uid")),
            ("offsetof(struct statx, stx_gid)", Offset(structure, "Gid")),
            ("offsetof(struct statx, stx_mode)", Offset(structure, "Mode")),
            ("offsetof(struct statx, stx_ino)", Offset(structure, "Inode")),
            ("offsetof(struct statx, stx_size)", Offset(structure, "Size")),
            ("offsetof(struct statx, stx_ctime)", Offset(structure, "Changed")),
            ("offsetof(struct statx, stx_blocks)", Offset(structure, "Blocks")),
            ("offsetof(struct statx, stx_mtime)", Offset(structure, "Modified")),
            ("offsetof(struct statx, stx_rdev_major)", Offset(structure, "NodeMajor")),
            ("offsetof(struct statx, stx_rdev_minor)", Offset(structure, "NodeMinor")),
            ("offsetof(struct statx, stx_dev_major)", Offset(structure, "DeviceMajor")),
            ("offsetof(struct statx, stx_dev_minor)", Offset(structure, "DeviceMinor")),
            ("offsetof(struct statx, stx_mnt_id)", Offset(structure, "MountId")));
    }

    [Test]
    public void The_structure_of_its_times()
    {
        var structure = Nested(typeof(Stat), "RawTimestamp");
        AssertSame(
            ("sizeof(struct statx_timestamp)", Marshal.SizeOf(structure)),
            ("offsetof(struct statx_timestamp, tv_sec)", Offset(structure, "Seconds")),
            ("offsetof(struct statx_timestamp, tv_nsec)", Offset(structure, "Fraction")));
    }

    [Test]
    public void The_structure_of_openat2()
    {
        var structure = Nested(typeof(Opening), "OpenHow");
        AssertSame(
            ("sizeof(struct open_how)", Marshal.SizeOf(structure)),
            ("offsetof(struct open_how, flags)", Offset(structure, "Flags")),
            ("offsetof(struct open_how, mode)", Offset(structure, "Mode")),
            ("offsetof(struct open_how, resolve)", Offset(structure, "Resolve")));
    }

    [Test]
    public void The_structure_of_poll()
    {
        var structure = Nested(typeof(ProcessEnd), "PollDescriptor");
        AssertSame(
            ("sizeof(struct pollfd)", Marshal.SizeOf(structure)),
            ("offsetof(struct pollfd, fd)", Offset(structure, "Descriptor")),
            ("offsetof(struct pollfd, events)", Offset(structure, "Events")),
            ("offsetof(struct pollfd, revents)", Offset(structure, "Returned")));
    }

    [Test]
    public void Error_numbers() => AssertSame(
        ("EPERM", Errno.NotPermitted), ("ENOENT", Errno.NotFound), ("ENXIO", Errno.NoSuchDevice), ("ESRCH", Errno.NoSuchProcess), ("EINTR", Errno.Interrupted), ("EAGAIN", Errno.TryAgain), ("EACCES", Errno.AccessDenied),
        ("EBUSY", Errno.Busy), ("EEXIST", Errno.Exists), ("EXDEV", Errno.CrossDevice), ("ENOTDIR", Errno.NotDirectory), ("EINVAL", Errno.Invalid), ("EMFILE", Errno.TooManyFiles), ("ENOSPC", Errno.NoSpace), ("EROFS", Errno.ReadOnlyFileSystem),
        ("ERANGE", Errno.Range), ("ENOSYS", Errno.NoSuchCall), ("EAFNOSUPPORT", Errno.NoSuchFamily), ("ENOTEMPTY", Errno.NotEmpty), ("ELOOP", Errno.Loop), ("ENODATA", Errno.NoData), ("EOVERFLOW", Errno.Overflow), ("EOPNOTSUPP", Errno.NotSupported), ("EWOULDBLOCK", Errno.TryAgain));

    [Test]
    public void Flags_and_numbers_of_calls() => AssertSame(
        ("O_RDONLY", OpenFlags.Read), ("O_WRONLY", OpenFlags.Write), ("O_CREAT", OpenFlags.Create), ("O_EXCL", OpenFlags.Exclusive), ("O_NONBLOCK", OpenFlags.NonBlocking),
        ("O_CLOEXEC", OpenFlags.CloseOnExec), ("O_DIRECTORY", OpenFlags.Directory), ("O_NOFOLLOW", OpenFlags.NoFollow),
        ("O_PATH", OpenFlags.Path), ("RESOLVE_NO_MAGICLINKS", Constant(typeof(Opening), "ResolveNoMagicLinks")), ("RESOLVE_NO_SYMLINKS", Constant(typeof(Opening), "ResolveNoSymlinks")), ("RESOLVE_BENEATH", Constant(typeof(Opening), "ResolveBeneath")),
        ("SYS_openat2", Constant(typeof(Opening), "OpenAt2Call")), ("SYS_pidfd_open", Constant(typeof(ProcessEnd), "PidfdOpenCall")), ("POLLIN", Constant(typeof(ProcessEnd), "PollIn")),
        ("AT_SYMLINK_NOFOLLOW", Constant(typeof(Stat), "AtSymlinkNoFollow")), ("AT_EMPTY_PATH", Constant(typeof(Stat), "AtEmptyPath")), ("STATX_BASIC_STATS", Constant(typeof(Stat), "BasicStats")), ("STATX_MNT_ID", Constant(typeof(Stat), "MountId")), ("S_IFMT", Constant(typeof(Stat), "TypeMask")),
        ("AT_SYMLINK_NOFOLLOW", Constant(typeof(Ownership), "AtSymlinkNoFollow")), ("UTIME_OMIT", Constant(typeof(Ownership), "Omit")),
        ("RENAME_NOREPLACE", Constant(typeof(Naming), "NoReplace")), ("RENAME_EXCHANGE", Constant(typeof(Naming), "ExchangeNames")), ("AT_REMOVEDIR", Constant(typeof(Naming), "RemoveDirectoryFlag")),
        ("SEEK_DATA", Constant(typeof(FileData), "SeekData")), ("SEEK_HOLE", Constant(typeof(FileData), "SeekHole")), ("FICLONE", Constant(typeof(FileData), "CloneRequest")),
        ("LOCK_EX", Constant(typeof(FileLock), "Exclusive")), ("LOCK_SH", Constant(typeof(FileLock), "Shared")), ("LOCK_NB", Constant(typeof(FileLock), "NonBlocking")),
        ("F_GETFD", Constant(typeof(InheritedDescriptors), "GetFlags")), ("F_SETFD", Constant(typeof(InheritedDescriptors), "SetFlags")), ("FD_CLOEXEC", Constant(typeof(InheritedDescriptors), "CloseOnExec")));

    /// <summary>Compiles a program that prints the C values, and compares.</summary>
    private static void AssertSame(params (string Expression, long Value)[] values)
    {
        var source = Path.Combine(SuiteSetUp.Shared, $"layout-{Guid.NewGuid():N}.c");
        var lines = values.Select(static value => $"printf(\"%lld\\n\", (long long)({value.Expression}));");
        var headers = Headers.Select(static header => $"#include <{header}>");
        File.WriteAllText(source, $"{string.Join('\n', headers)}\nint main(void) {{ {string.Join('\n', lines)} return 0; }}\n");
        var output = Command.Run(NativeProgram.Compile(Path.GetFileNameWithoutExtension(source), source), []).OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(
            string.Join('\n', values.Select(static value => $"{value.Expression} {value.Value}")),
            Is.EqualTo(string.Join('\n', values.Zip(output, static (value, text) => $"{value.Expression} {text}"))));
    }

    private static Type Nested(Type type, string name) => type.GetNestedType(name, BindingFlags.NonPublic)!;

    private static long Offset(Type structure, string field) => Marshal.OffsetOf(structure, field).ToInt64();

    private static long Constant(Type type, string name) =>
        Convert.ToInt64(type.GetField(name, BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue(), CultureInfo.InvariantCulture);
}
