using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Tool.Output;

/// <summary>Says on a terminal that something takes its time, and how far it has come, if it does. The line is gone when it is over.</summary>
internal static class Busy
{
    private const int UsualWidth = 80;

    /// <summary>What is over sooner is not worth a word.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Does something, and meanwhile tells what.</summary>
    public static T While<T>(ToolHost host, string what, Func<T> work) => While(host, what, _ => work());

    /// <summary>Works on an overlay, and meanwhile tells how far that has come.</summary>
    public static T While<T>(ToolHost host, string what, Overlay overlay, Func<T> work) => While(host, what, listener =>
    {
        overlay.Progress = listener;
        try
        {
            return work();
        }
        finally
        {
            overlay.Progress = null;
        }
    });

    /// <summary>Does something that tells how far it has come.</summary>
    /// <param name="host">Whose terminal it is.</param>
    /// <param name="what">What is done, in words.</param>
    /// <param name="work">What is done; whom it tells is null where nobody looks.</param>
    public static T While<T>(ToolHost host, string what, Func<Action<WorkProgress>?, T> work)
    {
        if (!host.IsErrorTerminal || host.Environment.Value("TERM") is null or "" or "dumb")
        {
            return work(null);
        }

        // The work stays on this thread: what it throws is thrown as it is.
        using var over = new ManualResetEventSlim();
        WorkProgress? progress = null;
        var telling = Task.Run(() => Tell(host.Error, what, () => Volatile.Read(ref progress), over));
        try
        {
            return work(now => Volatile.Write(ref progress, now));
        }
        finally
        {
            over.Set();
            telling.Wait();
        }
    }

    private static void Tell(TextWriter error, string what, Func<WorkProgress?> progress, ManualResetEventSlim over)
    {
        if (over.Wait(s_patience))
        {
            return;
        }

        try
        {
            // ECMA-48: EL erases to the end of the line. The cursor stays at the beginning, for whatever else is written.
            for (var turn = 0; !over.IsSet; turn++)
            {
                error.Write($"\r{ProgressLine.Of(what, progress(), Terminal.ErrorWidth() ?? UsualWidth, turn)}\e[K\r");
                over.Wait(s_interval);
            }

            error.Write("\r\e[K");
        }
        catch (IOException)
        {
            // The terminal has gone away; the work goes on.
        }
    }
}
