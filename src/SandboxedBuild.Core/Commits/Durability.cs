namespace SandboxedBuild.Commits;

/// <summary>What of a commit is made durable, so that it outlives a power failure; a crash of the process it outlives in any case.</summary>
public enum Durability
{
    /// <summary>The plan before the first change, the names in the live tree before the plan is closed.</summary>
    Journal,

    /// <summary>Nothing: after a power failure, the live tree may be in between.</summary>
    None,
}
