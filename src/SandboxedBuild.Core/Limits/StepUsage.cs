namespace SandboxedBuild.Limits;

/// <summary>What a step used. What could not be measured is null, never a guess.</summary>
/// <param name="Elapsed">By the clock on the wall, the sandbox's setup included.</param>
/// <param name="Cpu">User and system time of all processes.</param>
/// <param name="CpuSource">Where that comes from.</param>
/// <param name="PeakMemory">In bytes, of all processes at once.</param>
/// <param name="MemorySource">Where that comes from.</param>
/// <param name="Overlay">What the overlay holds after the step.</param>
public sealed record StepUsage(TimeSpan Elapsed, TimeSpan? Cpu, UsageSource? CpuSource, long? PeakMemory, UsageSource? MemorySource, OverlayUse Overlay)
{
    /// <summary>The most files that one process had open at once, by samples; null where that was not looked at.</summary>
    public int? MostOpenFiles { get; init; }

    /// <summary>In words: <c>CPU 1.25 s, peak memory 48 MB (Samples), 3 files of 12 KB in the overlay</c>.</summary>
    public string Describe()
    {
        var cpu = Cpu is { } time ? FormattableString.Invariant($"CPU {time.TotalSeconds:F2} s") : "CPU unknown";
        var memory = PeakMemory is { } bytes ? $"peak memory {Bytes.Display(bytes)} ({MemorySource})" : "peak memory unknown";
        return $"{cpu}, {memory}, {Overlay.Files} {(Overlay.Files == 1 ? "file" : "files")} of {Bytes.Display(Overlay.Bytes)} in the overlay";
    }
}
