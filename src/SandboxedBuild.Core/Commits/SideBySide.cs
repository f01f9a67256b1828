namespace SandboxedBuild.Commits;

/// <summary>
/// Work on many entries that do not depend on each other, by several threads where there are many. The kernel makes renames between
/// directories of one filesystem wait for each other (s_vfs_rename_mutex), but not what is done around them.
/// </summary>
internal static class SideBySide
{
    /// <summary>How many entries a thread takes at a time, if they are quickly done: neighbours are mostly in one directory.</summary>
    private const int Part = 64;

    /// <summary>For fewer, a thread takes longer to start than it saves.</summary>
    private const int Fewest = 1024;

    /// <summary>How many waits for the disk are worth a thread.</summary>
    private const int Waits = 8;

    private static readonly int s_threads = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Does all of it, and returns when no thread works any more. A failure ends it soon, and is thrown here.</summary>
    /// <param name="count">How many entries there are.</param>
    /// <param name="place">Where the calling thread works.</param>
    /// <param name="open">Opens what another thread needs for itself.</param>
    /// <param name="work">Does one, by its index.</param>
    public static void Run<TPlace>(int count, TPlace place, Func<TPlace> open, Action<TPlace, int> work)
        where TPlace : IDisposable
    {
        using var shared = Begin(count, open, work);
        shared.Finish(place);
    }

    /// <summary>The same for work that is mostly waiting for the disk: flushes that are asked for at the same time are one to the kernel (block/blk-flush.c).</summary>
    /// <param name="count">How many entries there are.</param>
    /// <param name="place">Where the calling thread works.</param>
    /// <param name="open">Opens what another thread needs for itself.</param>
    /// <param name="work">Does one, by its index.</param>
    public static void Wait<TPlace>(int count, TPlace place, Func<TPlace> open, Action<TPlace, int> work)
        where TPlace : IDisposable
    {
        using var shared = new SharedWork<TPlace>(count, 1, open, work);
        shared.Start(Math.Clamp(count / Waits, 1, 16) - 1);
        shared.Finish(place);
    }

    /// <summary>Begins with it where there is much, beside what the calling thread does until it finishes it.</summary>
    /// <param name="count">How many entries there are.</param>
    /// <param name="open">Opens what another thread needs for itself.</param>
    /// <param name="work">Does one, by its index.</param>
    public static SharedWork<TPlace> Begin<TPlace>(int count, Func<TPlace> open, Action<TPlace, int> work)
        where TPlace : IDisposable
    {
        var shared = new SharedWork<TPlace>(count, Part, open, work);
        shared.Start(count >= Fewest ? s_threads - 1 : 0);
        return shared;
    }
}
