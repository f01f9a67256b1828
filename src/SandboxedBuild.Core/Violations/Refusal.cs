namespace SandboxedBuild.Violations;

/// <summary>What a command says was the matter, in the words of errno(3).</summary>
internal enum Refusal
{
    /// <summary>EROFS.</summary>
    ReadOnly,

    /// <summary>EACCES, EPERM.</summary>
    Denied,

    /// <summary>ENOENT.</summary>
    Missing,

    /// <summary>A name that was not resolved, a host that was not reached.</summary>
    Unreachable,
}
