namespace SandboxedBuild.Core.Tests;

/// <summary>A kind of filesystem that a root may be on.</summary>
/// <param name="Name">The kernel's name for it.</param>
/// <param name="Mount">Lines of sh that mount a new one at <c>$at</c>. The directory <c>$store</c> is empty; the file <c>$image</c> is large and full of zeros.</param>
internal sealed record TestedFilesystem(string Name, string Mount)
{
    /// <summary>Of stat(1): what the temporary directory of this process is on.</summary>
    private static readonly Lazy<string> Here = new(static () => Shell.Run(Path.GetTempPath(), "stat -f -c %T .").TrimEnd());

    private static TestedFilesystem Ext4 { get; } = new("ext4", "mkfs.ext4 -q \"$image\"; mount -o loop \"$image\" \"$at\"");

    private static TestedFilesystem Xfs { get; } = new("xfs", "mkfs.xfs -q -m reflink=1 \"$image\"; mount -o loop \"$image\" \"$at\"");

    private static TestedFilesystem Btrfs { get; } = new("btrfs", "mkfs.btrfs -q \"$image\"; mount -o loop \"$image\" \"$at\"");

    private static TestedFilesystem Memory { get; } = new("tmpfs", "mount -t tmpfs none \"$at\"");

    /// <summary>As the root of a container is.</summary>
    private static TestedFilesystem Overlay { get; } = new("overlay", "mkdir \"$store\"/lower \"$store\"/upper \"$store\"/work; mount -t overlay overlay -o \"lowerdir=$store/lower,upperdir=$store/upper,workdir=$store/work\" \"$at\"");

    /// <summary>In user space, and able to do what a commit needs. What serves it ends with the story.</summary>
    public static TestedFilesystem UserSpace { get; } = new("fuse-overlayfs", $"mkdir \"$store\"/lower \"$store\"/upper \"$store\"/work; fuse-overlayfs -o \"allow_other,lowerdir=$store/lower,upperdir=$store/upper,workdir=$store/work\" \"$at\"; {EndWithStory}");

    /// <summary>Of another machine, by the protocol of SFTP; its server is this machine.</summary>
    public static TestedFilesystem Network { get; } = new("sshfs", $"server=/usr/lib/openssh/sftp-server; [ -x $server ] || server=/usr/libexec/openssh/sftp-server; mkfifo \"$store\"/line; mkdir \"$store\"/there; {{ $server < \"$store\"/line | sshfs \":$store/there\" \"$at\" -o passive,allow_other -f > \"$store\"/line; }} > /dev/null & for attempt in 1 2 3 4 5 6 7 8 9 10; do mountpoint -q \"$at\" && break; sleep 0.2; done; mountpoint -q \"$at\"; {EndWithStory}");

    /// <summary>A server in the mount namespace would keep it, and the mount in it, for ever.</summary>
    private const string EndWithStory = "{ tail --pid=$$ -s 0.1 -f /dev/null; umount -l \"$at\"; } > /dev/null 2>&1 < /dev/null &";

    /// <summary>Whether a machine's temporary directory or its shared memory is hardly ever on one.</summary>
    public bool IsRare => this != Ext4 && this != Memory;

    /// <summary>All of them.</summary>
    public static IEnumerable<TestedFilesystem> All => [Ext4, Memory, Xfs, Btrfs, Overlay];

    /// <summary>Those whose files can share data.</summary>
    public static IEnumerable<TestedFilesystem> Sharing => [Xfs, Btrfs];

    /// <summary>
    /// Whether a directory that is moved keeps its mtime in an overlay over this process's temporary directory. Where something was deleted, overlayfs
    /// exchanges it with the whiteout, and XFS takes an exchange between two directories for a modification (xfs_cross_rename).
    /// </summary>
    public static bool KeepsTimesOfMovedDirectories => Here.Value != "xfs";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
