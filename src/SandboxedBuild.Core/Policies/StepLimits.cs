namespace SandboxedBuild.Policies;

/// <summary>What a step may use up; null for no limit.</summary>
/// <param name="Memory">In bytes.</param>
/// <param name="Cpu">In processors: 1.5 is one and a half.</param>
/// <param name="Processes">How many at once.</param>
/// <param name="Disk">What it may write, in bytes.</param>
/// <param name="Time">By the clock on the wall.</param>
/// <param name="FileSize">How large each file may be, in bytes.</param>
/// <param name="OpenFiles">How many files each process may have open.</param>
public sealed record StepLimits(long? Memory = null, decimal? Cpu = null, int? Processes = null, long? Disk = null, TimeSpan? Time = null, long? FileSize = null, int? OpenFiles = null)
{
    /// <summary>No limit at all.</summary>
    public static StepLimits None { get; } = new();

    /// <summary>What keeps both.</summary>
    internal StepLimits And(StepLimits other) => new(
        Least(Memory, other.Memory), Least(Cpu, other.Cpu), Least(Processes, other.Processes), Least(Disk, other.Disk), Least(Time, other.Time), Least(FileSize, other.FileSize), Least(OpenFiles, other.OpenFiles));

    private static T? Least<T>(T? one, T? other)
        where T : struct, IComparable<T> => one is { } first && (other is not { } second || first.CompareTo(second) < 0) ? one : other;
}
