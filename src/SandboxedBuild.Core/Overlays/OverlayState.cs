namespace SandboxedBuild.Overlays;

/// <summary>What an overlay is about, as the next one who looks finds it.</summary>
public enum OverlayState
{
    /// <summary>A living process has it: a step runs in it, or a build or a person has not decided yet.</summary>
    InUse,

    /// <summary>It is kept for a later commit or rollback.</summary>
    Held,

    /// <summary>Its commit was cut off: recovery finishes it, or takes it back.</summary>
    CutOff,

    /// <summary>Its owner died and nobody asked to keep it: the next sweep removes it.</summary>
    Abandoned,

    /// <summary>It is committed, and kept as the backup by which the commit can be undone.</summary>
    Committed,
}
