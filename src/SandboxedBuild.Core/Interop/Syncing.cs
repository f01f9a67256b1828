using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>fsync(2): of a file it makes the contents durable, of a directory the names.</summary>
internal static partial class Syncing
{
    /// <summary>Returns when what the descriptor is open on is on the disk; filesystems that have no disk say so, which is well.</summary>
    public static void Sync(Descriptor descriptor)
    {
        if ((FaultPoint.Fails("fsync") || Fsync(descriptor) != 0) && Marshal.GetLastPInvokeError() != Errno.Invalid)
        {
            throw SystemCallException.Last("fsync", $"/proc/self/fd/{descriptor.Number}");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(Descriptor descriptor);
}
