using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>fsync(2) of directories: what makes names durable.</summary>
internal static partial class Syncing
{
    public static void Directory(Descriptor directory)
    {
        if (Fsync(directory) != 0 && Marshal.GetLastPInvokeError() != Errno.Invalid)
        {
            throw SystemCallException.Last("fsync", $"/proc/self/fd/{directory.Number}");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(Descriptor directory);
}
