using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>tcflush(3).</summary>
internal static partial class Terminal
{
    private const int StandardInput = 0;
    private const int ReceivedData = 0;

    /// <summary>
    /// Forgets what has arrived on standard input and was not read. A command that writes to a terminal can have it answer, and the answer comes as if it had been typed.
    /// </summary>
    public static void DropInput() => _ = Flush(StandardInput, ReceivedData);

    [LibraryImport("libc", EntryPoint = "tcflush")]
    private static partial int Flush(int descriptor, int queue);
}
