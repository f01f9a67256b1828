namespace SandboxedBuild.Tool.Running;

/// <summary>What is to become of a command's changes.</summary>
internal enum Decision
{
    /// <summary>They go into the live tree.</summary>
    Commit,

    /// <summary>They are kept.</summary>
    Hold,

    /// <summary>They are thrown away.</summary>
    Discard,
}
