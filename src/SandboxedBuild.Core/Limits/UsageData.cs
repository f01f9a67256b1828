namespace SandboxedBuild.Limits;

/// <summary>What a step used, in the JSON of its event and of the audit log. Null is what could not be measured.</summary>
/// <param name="Milliseconds">From the start of the sandbox to the end of the command.</param>
/// <param name="CpuMilliseconds">User and system time of all processes.</param>
/// <param name="CpuSource">Where that comes from.</param>
/// <param name="PeakMemoryBytes">The most that all processes had at once.</param>
/// <param name="MemorySource">Where that comes from.</param>
/// <param name="OverlayBytes">On the disk, what the overlay holds after the step.</param>
/// <param name="OverlayFiles">In how many files.</param>
internal sealed record UsageData(long Milliseconds, double? CpuMilliseconds, string? CpuSource, long? PeakMemoryBytes, string? MemorySource, long OverlayBytes, int OverlayFiles)
{
    public static UsageData? Of(StepUsage? usage) => usage is null ? null : new(
        (long)usage.Elapsed.TotalMilliseconds,
        usage.Cpu?.TotalMilliseconds,
        usage.CpuSource?.ToString(),
        usage.PeakMemory,
        usage.MemorySource?.ToString(),
        usage.Overlay.Bytes,
        usage.Overlay.Files);
}
