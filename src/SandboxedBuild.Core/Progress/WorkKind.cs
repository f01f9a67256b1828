namespace SandboxedBuild.Progress;

/// <summary>What takes its time.</summary>
public enum WorkKind
{
    /// <summary>A root is copied.</summary>
    Copying,

    /// <summary>What steps changed is told apart from what they did not.</summary>
    Collecting,

    /// <summary>What cannot be renamed into the live tree is copied beside it.</summary>
    Staging,

    /// <summary>Entries are renamed into the live tree.</summary>
    Committing,

    /// <summary>A commit, or what a step did to the live tree itself, is taken back.</summary>
    Undoing,

    /// <summary>State goes away.</summary>
    Removing,
}
