using Spectre.Console;

namespace SandboxedBuild.Tool.Output;

/// <summary>Says on a terminal that something takes its time, if it does.</summary>
internal static class Busy
{
    /// <summary>What is over sooner is not worth a word.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(400);

    /// <summary>Does something, and meanwhile tells what.</summary>
    public static T While<T>(ToolHost host, string what, Func<T> work)
    {
        if (!host.IsErrorTerminal || host.Environment.Value("TERM") is null or "dumb")
        {
            return work();
        }

        // The work stays on this thread: what it throws is thrown as it is.
        using var over = new ManualResetEventSlim();
        var telling = Task.Run(() => Tell(host, what, over));
        try
        {
            return work();
        }
        finally
        {
            over.Set();
            telling.Wait();
        }
    }

    private static void Tell(ToolHost host, string what, ManualResetEventSlim over)
    {
        if (over.Wait(s_patience))
        {
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(host.Error),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Status().Start(Markup.Escape(what), _ => over.Wait());
    }
}
