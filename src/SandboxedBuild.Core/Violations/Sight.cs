namespace SandboxedBuild.Violations;

/// <summary>How a step sees a path.</summary>
internal enum Sight
{
    /// <summary>As its own: what it does there is caught, or thrown away, or meant to be.</summary>
    Open,

    /// <summary>As it is, read-only.</summary>
    ReadOnly,

    /// <summary>As it is, read-only, for it is a protected path of a root.</summary>
    Protected,

    /// <summary>Not at all, though the host has it, or could have it.</summary>
    Unseen,
}
