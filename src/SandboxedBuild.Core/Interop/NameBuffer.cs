namespace SandboxedBuild.Interop;

/// <summary>Names for the kernel: bytes with a NUL behind them. One name has 255 bytes at most (NAME_MAX).</summary>
internal static class NameBuffer
{
    public const int Size = 256;

    /// <summary>
    /// The name with its NUL, in <paramref name="buffer"/> where it fits and in a new array where a longer path was given.
    /// </summary>
    public static ReadOnlySpan<byte> Terminate(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        var target = name.Length < buffer.Length ? buffer : new byte[name.Length + 1];
        name.CopyTo(target);
        target[name.Length] = 0;
        return target[..(name.Length + 1)];
    }
}
