using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>tcflush(3), and ioctl_tty(2).</summary>
internal static partial class Terminal
{
    private const int StandardInput = 0;
    private const int StandardError = 2;
    private const int ReceivedData = 0;
    private const nuint WindowSize = 0x5413;

    /// <summary>
    /// Forgets what has arrived on standard input and was not read. A command that writes to a terminal can have it answer, and the answer comes as if it had been typed.
    /// </summary>
    public static void DropInput() => _ = Flush(StandardInput, ReceivedData);

    /// <summary>How many columns the terminal has that standard error is; null where it is none, or does not say.</summary>
    public static int? ErrorWidth() => Control(StandardError, WindowSize, out var size) == 0 && size.Columns > 0 ? size.Columns : null;

    [LibraryImport("libc", EntryPoint = "tcflush")]
    private static partial int Flush(int descriptor, int queue);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, out Size size);

    /// <summary><c>struct winsize</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Size
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsAcross;
        public ushort PixelsDown;
    }
}
