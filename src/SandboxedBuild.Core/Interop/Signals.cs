using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>kill(2).</summary>
internal static partial class Signals
{
    /// <summary>Which nobody can ignore.</summary>
    public const int Kill = 9;

    /// <summary>Hands a signal on to a child process, which may have ended.</summary>
    public static void Send(int process, int signal) => _ = SendTo(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendTo(int process, int signal);
}
