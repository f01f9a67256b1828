namespace SandboxedBuild.Sandboxing;

/// <summary>How a step sees a path.</summary>
public enum MountAccess
{
    /// <summary>As it is, without the right to change it.</summary>
    ReadOnly,

    /// <summary>As it is, and what the step writes is there at once: nothing is caught, nothing can be thrown away.</summary>
    ReadWrite,

    /// <summary>An empty directory or file in its place.</summary>
    Hidden,

    /// <summary>A new empty directory, whose contents are gone with the step.</summary>
    Temporary,
}
