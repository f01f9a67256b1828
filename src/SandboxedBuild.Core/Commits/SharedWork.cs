using System.Runtime.ExceptionServices;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Commits;

/// <summary>Work on entries that threads take from one heap; whoever has begun it finishes it, or ends it unfinished.</summary>
/// <param name="count">How many entries there are.</param>
/// <param name="part">How many a thread takes at a time.</param>
/// <param name="open">Opens what a thread that helps needs for itself.</param>
/// <param name="work">Does one, by its index.</param>
internal sealed class SharedWork<TPlace>(int count, int part, Func<TPlace> open, Action<TPlace, int> work) : IDisposable
    where TPlace : IDisposable
{
    private readonly List<Thread> _others = [];
    private Exception? _failure;
    private bool _isOver;
    private int _next;

    /// <summary>Has so many other threads help.</summary>
    public void Start(int others)
    {
        if (others > 0)
        {
            var join = FaultPoint.Share();
            while (_others.Count < others && TryStart(() => Help(join)) is { } thread)
            {
                _others.Add(thread);
            }
        }
    }

    /// <summary>Does what is left, and returns when no thread works any more.</summary>
    /// <param name="place">Where the calling thread works.</param>
    public void Finish(TPlace place)
    {
        Go(place);
        Join();
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _isOver, true);
        Join();
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

    private void Help(Action join)
    {
        join();
        TPlace own;
        try
        {
            own = open();
        }
        catch (Exception)
        {
            // There may be no descriptors for it either.
            return;
        }

        using (own)
        {
            Go(own);
        }
    }

    private void Go(TPlace own)
    {
        try
        {
            int first;
            while ((first = Interlocked.Add(ref _next, part) - part) < count)
            {
                for (var index = first; index < Math.Min(first + part, count) && Volatile.Read(ref _failure) is null && !Volatile.Read(ref _isOver); index++)
                {
                    work(own, index);
                }
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }

    private void Join() => _others.ForEach(static thread => thread.Join());
}
