using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>pwrite(2), ftruncate(2).</summary>
internal static partial class Writing
{
    /// <summary>Writes all of the bytes at a place in a file.</summary>
    public static void At(Descriptor file, ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var written = FaultPoint.Fails("pwrite") ? -1 : Write(file, bytes, bytes.Length, offset);
            if (written < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                throw SystemCallException.Last("pwrite", $"/proc/self/fd/{file.Number}");
            }

            bytes = bytes[(int)Math.Max(written, 0)..];
            offset += Math.Max(written, 0);
        }
    }

    public static void SetLength(Descriptor file, long length)
    {
        if (FaultPoint.Fails("ftruncate") || Truncate(file, length) != 0)
        {
            throw SystemCallException.Last("ftruncate", $"/proc/self/fd/{file.Number}");
        }
    }

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint Write(Descriptor file, ReadOnlySpan<byte> bytes, nint size, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Truncate(Descriptor file, long length);
}
