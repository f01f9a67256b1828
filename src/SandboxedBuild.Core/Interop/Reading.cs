using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>read(2), for files whose contents somebody else decides on, and pread(2).</summary>
internal static partial class Reading
{
    /// <summary>What can be read now, up to a number of bytes; it does not wait for more where the descriptor does not.</summary>
    public static ReadOnlySpan<byte> Beginning(Descriptor descriptor, int most)
    {
        Span<byte> buffer = new byte[most];
        var length = 0;
        while (Read(descriptor, buffer[length..], most - length) is > 0 and var read)
        {
            length += (int)read;
        }

        return buffer[..length];
    }

    /// <summary>Reads from a place in a file until the buffer is full or the file ends.</summary>
    /// <returns>How much was read.</returns>
    public static int At(Descriptor file, Span<byte> buffer, long offset)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = FaultPoint.Fails("pread") ? -1 : Read(file, buffer[filled..], buffer.Length - filled, offset + filled);
            if (read == 0)
            {
                break;
            }

            if (read < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
            {
                throw SystemCallException.Last("pread", $"/proc/self/fd/{file.Number}");
            }

            filled += (int)Math.Max(read, 0);
        }

        return filled;
    }

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint Read(Descriptor file, Span<byte> buffer, nint size, long offset);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(Descriptor descriptor, Span<byte> buffer, nint size);
}
