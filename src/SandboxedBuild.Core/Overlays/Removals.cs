using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Overlays;

/// <summary>State that is being removed beside what this process does.</summary>
public static class Removals
{
    private static readonly HashSet<Thread> s_running = [];

    /// <summary>Waits until all that has been begun is gone.</summary>
    public static void Wait()
    {
        Thread[] running;
        lock (s_running)
        {
            running = [.. s_running];
        }

        foreach (var thread in running)
        {
            thread.Join();
        }
    }

    /// <summary>Begins to remove a state, and lets go of it when it is gone.</summary>
    internal static void Begin(string directory, OverlayManifest manifest, FileLock owner)
    {
        // In the foreground: a process that ends in good order ends afterwards.
        var thread = new Thread(() => Remove(directory, manifest, owner)) { IsBackground = false, Name = "SandboxedBuild removal" };
        lock (s_running)
        {
            // Whoever waits finds it started.
            thread.Start();
            s_running.Add(thread);
        }
    }

    private static void Remove(string directory, OverlayManifest manifest, FileLock owner)
    {
        try
        {
            OverlayStore.Retire(directory, manifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SandboxException)
        {
            // On a thread of its own, an exception would end the whole build. What is left has no owner any more, and the next step that sweeps tries again.
        }
        finally
        {
            owner.Dispose();
            lock (s_running)
            {
                s_running.Remove(Thread.CurrentThread);
            }
        }
    }
}
