namespace SandboxedBuild.Changes;

/// <summary>In what way upper and live differ.</summary>
public enum ChangeKind
{
    /// <summary>The entry is new.</summary>
    Added,

    /// <summary>The entry was there, with other contents or of another type.</summary>
    Modified,

    /// <summary>The entry is gone.</summary>
    Deleted,

    /// <summary>A file that was there under another name, changed or not.</summary>
    Renamed,

    /// <summary>Only permissions, owner, times or attributes differ. Applied, but not reported as an item.</summary>
    Metadata,
}
