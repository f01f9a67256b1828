using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>kill(2).</summary>
internal static partial class Signals
{
    /// <summary>Hands a signal on to a child process, which may have ended.</summary>
    public static void Send(int process, int signal) => _ = Kill(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
