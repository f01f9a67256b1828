namespace SandboxedBuild.Violations;

/// <summary>What the sandbox did not let a step do.</summary>
public enum ViolationKind
{
    /// <summary>To write to a path, which is read-only for it, or not there.</summary>
    Write,

    /// <summary>To write to a protected path of a root.</summary>
    Protected,

    /// <summary>To see a path, which the host has and the step's view has not.</summary>
    Read,

    /// <summary>To reach another host, or a service of this one.</summary>
    Network,

    /// <summary>To make a system call that the filter refuses.</summary>
    Call,
}
