using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>Waiting for the end of a process that is not our child: pidfd_open(2) and poll(2).</summary>
internal static partial class ProcessEnd
{
    /// <summary>pidfd_open's number is the same on every architecture.</summary>
    private const int PidfdOpenCall = 434;
    private const short PollIn = 1;

    /// <summary>Whether the process is gone, waiting up to <paramref name="timeout"/> for it.</summary>
    public static bool WaitFor(int process, TimeSpan timeout)
    {
        var number = PidfdOpen(PidfdOpenCall, process, 0);
        if (number < 0)
        {
            return Marshal.GetLastPInvokeError() == Errno.NoSuchProcess
                ? true
                : throw SystemCallException.Last("pidfd_open", $"process {process}");
        }

        using var descriptor = new Descriptor();
        Marshal.InitHandle(descriptor, number);
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
