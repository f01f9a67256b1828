namespace SandboxedBuild.Sandboxing;

/// <summary>What happens where a host does not allow the isolation that was asked for.</summary>
public enum OnUnavailable
{
    /// <summary>The step does not run.</summary>
    Error,

    /// <summary>The next weaker isolation that the host allows, with a warning; never none at all.</summary>
    Weaken,

    /// <summary>No sandbox, with a warning.</summary>
    Plain,
}
