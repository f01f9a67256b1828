namespace SandboxedBuild.Changes;

/// <summary>What an entry of a directory is (inode(7)).</summary>
public enum EntryType
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link; never followed.</summary>
    SymbolicLink,

    /// <summary>A named pipe.</summary>
    Fifo,

    /// <summary>A unix socket.</summary>
    Socket,

    /// <summary>A character device; 0:0 is overlayfs's whiteout.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,
}
