using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>read(2), for files whose contents somebody else decides on.</summary>
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

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(Descriptor descriptor, Span<byte> buffer, nint size);
}
