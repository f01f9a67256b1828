namespace SandboxedBuild.Sandboxing;

/// <summary>Which network a step has.</summary>
public enum NetworkAccess
{
    /// <summary>A loopback device of its own and nothing else.</summary>
    None,

    /// <summary>The host's.</summary>
    Host,
}
