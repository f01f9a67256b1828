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

    private static readonly int s_threads = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Does all of it, and returns when no thread works any more. A failure ends it soon, and is thrown here.</summary>
    /// <param name="count">How many entries there are.</param>
    /// <param name="place">Where the calling thread works.</param>
    /// <param name="open">Opens what another thread needs for itself.</param>
    /// <param name="work">Does one, by its index.</param>
    /// <param name="weight">How many system calls' time one takes, about.</param>
    public static void Run<TPlace>(int count, TPlace place, Func<TPlace> open, Action<TPlace, int> work, int weight = 1)
        where TPlace : IDisposable
    {
        var next = 0;
        var part = Math.Max(1, Part / weight);
        Exception? failure = null;
        var others = new List<Thread>();
        if ((long)count * weight >= Fewest)
        {
            var join = FaultPoint.Share();
            while (others.Count < s_threads - 1 && TryStart(() => Try(() => Another(join))) is { } thread)
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

        void Try(Action part)
        {
            try
            {
                part();
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
