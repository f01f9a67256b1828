using SandboxedBuild.Policies;

namespace SandboxedBuild.Limits;

/// <summary>The limits of a step, in the JSON of its event and of the audit log: the strictest of what was given. Null is no limit.</summary>
/// <param name="MemoryBytes">Memory of all processes at once.</param>
/// <param name="Cpu">Processors.</param>
/// <param name="Processes">Processes and threads at once.</param>
/// <param name="DiskBytes">What it may write to the overlay.</param>
/// <param name="Milliseconds">Time by the clock on the wall.</param>
/// <param name="FileBytes">How large each file may be.</param>
/// <param name="OpenFiles">How many files each process may have open.</param>
/// <param name="Exceeded">The limit that the step went beyond.</param>
internal sealed record LimitsData(long? MemoryBytes, decimal? Cpu, int? Processes, long? DiskBytes, long? Milliseconds, long? FileBytes, int? OpenFiles, string? Exceeded)
{
    public static LimitsData? Of(StepLimits limits, Excess? excess) =>
        limits == StepLimits.None ? null : new(limits.Memory, limits.Cpu, limits.Processes, limits.Disk, (long?)limits.Time?.TotalMilliseconds, limits.FileSize, limits.OpenFiles, excess?.Limit.ToString());
}
