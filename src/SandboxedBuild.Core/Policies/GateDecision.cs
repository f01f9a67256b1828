namespace SandboxedBuild.Policies;

/// <summary>What becomes of a step that no rule admits.</summary>
public enum GateDecision
{
    /// <summary>It does not run, and the build fails with the rule that would admit it.</summary>
    Deny,

    /// <summary>It runs in the strictest sandbox, and its changes wait for a review.</summary>
    Hold,

    /// <summary>It runs, with what it asks for.</summary>
    Approve,
}
