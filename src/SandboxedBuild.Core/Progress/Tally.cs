using System.Diagnostics;

namespace SandboxedBuild.Progress;

/// <summary>Counts entries, and tells of the first, then of the last one ten times a second, and when all of a known number are done. Costs nothing where nobody listens.</summary>
/// <param name="listener">Who is told; null for nobody.</param>
/// <param name="kind">What is done to them.</param>
/// <param name="root">The path of the root that they are in.</param>
/// <param name="total">How many there are, if that is known.</param>
internal sealed class Tally(Action<WorkProgress>? listener, WorkKind kind, string? root = null, long? total = null)
{
    private static readonly long s_interval = Stopwatch.Frequency / 10;

    private readonly Lock _lock = new();
    private long _next;
    private long _done;
    private long _bytes;

    /// <summary>One more is done.</summary>
    /// <param name="bytes">What was copied of it.</param>
    public void Add(long bytes = 0)
    {
        if (listener is null)
        {
            return;
        }

        // Several threads may be at it; whoever listens hears one at a time.
        lock (_lock)
        {
            _done++;
            _bytes += bytes;
            var now = Stopwatch.GetTimestamp();
            if (now >= _next || _done == total)
            {
                _next = now + s_interval;
                listener(new(kind, _done, total, _bytes, root));
            }
        }
    }
}
