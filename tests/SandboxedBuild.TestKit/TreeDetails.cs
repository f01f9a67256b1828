namespace SandboxedBuild.TestKit;

/// <summary>What a description of a tree tells beyond names, types, modes and contents.</summary>
[Flags]
public enum TreeDetails
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>When each entry was modified, to the nanosecond.</summary>
    Times = 1,

    /// <summary>Which names belong to the same file.</summary>
    HardLinks = 2,

    /// <summary>The numbers of owner and group.</summary>
    Owners = 4,
}
