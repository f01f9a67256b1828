namespace SandboxedBuild.Tracing;

/// <summary>When the system calls of steps are looked at.</summary>
public enum TraceMode
{
    /// <summary>Never.</summary>
    None,

    /// <summary>After a step has failed: it runs once more, in an overlay that is thrown away.</summary>
    OnFailure,

    /// <summary>Each time.</summary>
    Always,
}
