namespace SandboxedBuild.Tasks;

/// <summary>When a step's changes are committed.</summary>
internal enum CommitTime
{
    /// <summary>When it succeeded.</summary>
    OnSuccess,

    /// <summary>When it failed too.</summary>
    Always,

    /// <summary>Later, by another task.</summary>
    Never,
}
