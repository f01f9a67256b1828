namespace SandboxedBuild.Strategies;

/// <summary>How much of a root is copied at most: a root that is larger is rather a mistake than what somebody waits for.</summary>
/// <param name="Entries">Files, directories and others.</param>
/// <param name="Bytes">Contents that the filesystem does not share between the file and its copy.</param>
/// <param name="Threads">How many threads copy.</param>
internal sealed record CopyLimits(long Entries, long Bytes, int Threads)
{
    public static CopyLimits Default { get; } = new(1_000_000, 16L << 30, Math.Clamp(Environment.ProcessorCount, 1, 4));
}
