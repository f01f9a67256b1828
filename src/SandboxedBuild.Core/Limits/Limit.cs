namespace SandboxedBuild.Limits;

/// <summary>The limits of a step.</summary>
public enum Limit
{
    /// <summary>How long it may take.</summary>
    Time,

    /// <summary>How much memory all of its processes may have at once.</summary>
    Memory,

    /// <summary>How much it may write to the overlay.</summary>
    Disk,

    /// <summary>How many processes and threads it may have at once.</summary>
    Processes,

    /// <summary>How many processors it may keep busy.</summary>
    Cpu,

    /// <summary>How large each file may be that it writes.</summary>
    FileSize,

    /// <summary>How many files each of its processes may have open.</summary>
    OpenFiles,
}
