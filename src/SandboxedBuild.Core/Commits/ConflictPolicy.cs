namespace SandboxedBuild.Commits;

/// <summary>What to do with an entry that somebody else changed since the overlay was made.</summary>
public enum ConflictPolicy
{
    /// <summary>Nothing is committed, and the conflicts are listed.</summary>
    Error,

    /// <summary>The live entry stays; all else is committed.</summary>
    Skip,

    /// <summary>The overlay's entry takes its place.</summary>
    Overwrite,
}
