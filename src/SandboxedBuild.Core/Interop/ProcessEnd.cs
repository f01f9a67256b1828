using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>The end of a process that is not our child: pidfd_open(2), pidfd_send_signal(2) and poll(2).</summary>
internal static partial class ProcessEnd
{
    /// <summary>The numbers of these calls are the same on every architecture.</summary>
    private const int PidfdOpenCall = 434;
    private const int PidfdSendSignalCall = 424;
    private const short PollIn = 1;

    /// <summary>Whether the process is gone, waiting up to <paramref name="timeout"/> for it.</summary>
    public static bool WaitFor(int process, TimeSpan timeout)
    {
        using var descriptor = TryOpen(process);
        return descriptor is null || WaitFor(descriptor, timeout);
    }

    /// <summary>A descriptor that means this process and no later one with its number; null when it is gone.</summary>
    public static Descriptor? TryOpen(int process)
    {
        var number = PidfdOpen(PidfdOpenCall, process, 0);
        if (number < 0)
        {
            return Marshal.GetLastPInvokeError() == Errno.NoSuchProcess ? null : throw SystemCallException.Last("pidfd_open", $"process {process}");
        }

        var descriptor = new Descriptor();
        Marshal.InitHandle(descriptor, number);
        return descriptor;
    }

    /// <summary>Kills the process of a descriptor, if it still runs.</summary>
    public static void Kill(Descriptor descriptor) => _ = PidfdSendSignal(PidfdSendSignalCall, descriptor, Signals.Kill, 0, 0);

    /// <summary>Whether the process of a descriptor has ended, waiting up to <paramref name="timeout"/> for it.</summary>
    public static bool WaitFor(Descriptor descriptor, TimeSpan timeout)
    {
        var poll = new PollDescriptor { Descriptor = descriptor.Number, Events = PollIn };
        var end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            var ready = Poll(ref poll, 1, (int)Math.Max(0, end - Environment.TickCount64));
            if (ready >= 0 || Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                return ready > 0;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint PidfdOpen(nint number, int process, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint PidfdSendSignal(nint number, Descriptor descriptor, nint signal, nint information, nint flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, ulong count, int milliseconds);

    /// <summary><c>struct pollfd</c> of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
