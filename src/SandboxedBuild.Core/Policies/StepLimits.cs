namespace SandboxedBuild.Policies;

/// <summary>What a step may use up; null for no limit.</summary>
/// <param name="Memory">In bytes.</param>
/// <param name="Cpu">In processors: 1.5 is one and a half.</param>
/// <param name="Processes">How many at once.</param>
/// <param name="Disk">What it may write, in bytes.</param>
/// <param name="Time">By the clock on the wall.</param>
public sealed record StepLimits(long? Memory = null, decimal? Cpu = null, int? Processes = null, long? Disk = null, TimeSpan? Time = null)
{
    /// <summary>No limit at all.</summary>
    public static StepLimits None { get; } = new();
}
