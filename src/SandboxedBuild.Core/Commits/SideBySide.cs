using System.Runtime.ExceptionServices;
using SandboxedBuild.Interop;

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

    /// <summary>Whether so many entries are worth more than one thread.</summary>
    public static bool AreMany(int count) => count >= Fewest;

    /// <summary>Does all of it, and returns when no thread works any more. A failure ends it soon, and is thrown here.</summary>
    /// <param name="count">How many entries there are.</param>
    /// <param name="place">Where the calling thread works.</param>
    /// <param name="open">Opens what another thread needs for itself.</param>
    /// <param name="work">Does one, by its index.</param>
    public static void Run<TPlace>(int count, TPlace place, Func<TPlace> open, Action<TPlace, int> work)
        where TPlace : IDisposable
        => Run(count, AreMany(count) ? s_threads : 1, Part, place, open, work);

    /// <summary>The same for work that is mostly waiting for the disk: flushes that are asked for at the same time are one to the kernel (blk-flush.c).</summary>
    /// <param name="count">How many entries there are.</param>
    /// <param name="place">Where the calling thread works.</param>
    /// <param name="open">Opens what another thread needs for itself.</param>
    /// <param name="work">Does one, by its index.</param>
    public static void Wait<TPlace>(int count, TPlace place, Func<TPlace> open, Action<TPlace, int> work)
        where TPlace : IDisposable
        => Run(count, Math.Clamp(count / Waits, 1, 16), 1, place, open, work);

    private static void Run<TPlace>(int count, int threads, int part, TPlace place, Func<TPlace> open, Action<TPlace, int> work)
        where TPlace : IDisposable
    {
        var next = 0;
        Exception? failure = null;
        var others = new List<Thread>();
        if (threads > 1)
        {
            var join = FaultPoint.Share();
            while (others.Count < threads - 1 && TryStart(() => Try(() => Another(join))) is { } thread)
            {
                others.Add(thread);
            }
        }

        Try(() => Go(place));
        others.ForEach(static thread => thread.Join());
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        void Another(Action join)
        {
            join();
            using var own = open();
            Go(own);
        }

        void Try(Action work)
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        }

        void Go(TPlace own)
        {
            int first;
            while ((first = Interlocked.Add(ref next, part) - part) < count)
            {
                for (var index = first; index < Math.Min(first + part, count) && Volatile.Read(ref failure) is null; index++)
                {
                    work(own, index);
                }
            }
        }
    }

    /// <summary>Others are a help, not a need: there may be no thread to be had.</summary>
    private static Thread? TryStart(Action work)
    {
        try
        {
            var thread = new Thread(() => work()) { IsBackground = true, Name = "SandboxedBuild commit" };
            thread.Start();
            return thread;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            return null;
        }
    }
}
