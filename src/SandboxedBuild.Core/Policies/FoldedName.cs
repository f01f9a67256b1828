using System.Buffers;
using System.Globalization;
using System.Text;

namespace SandboxedBuild.Policies;

/// <summary>
/// A name as the most forgiving filesystem compares it: on some mounts <c>.GIT</c>, <c>.git.</c> or a name with an invisible character in
/// it opens <c>.git</c>. Who asks whether a name is dangerous asks for all of them at once.
/// </summary>
internal static class FoldedName
{
    /// <summary>NAME_MAX.</summary>
    public const int Longest = 255;

    /// <summary>The folded name, in a buffer of <see cref="Longest"/> bytes.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        var length = Ascii.ToLower(name, buffer, out var all) == OperationStatus.Done ? all : Fold(name, buffer);

        // NTFS and SMB drop these from the end.
        while (length > 0 && buffer[length - 1] is (byte)' ' or (byte)'.')
        {
            length--;
        }

        return buffer[..length];
    }

    public static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    private static int Fold(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        var length = 0;
        while (!name.IsEmpty)
        {
            var taken = 1;
            if (name[0] < 0x80)
            {
                buffer[length++] = Lower(name[0]);
            }
            else if (Rune.DecodeFromUtf8(name, out var rune, out taken) != OperationStatus.Done || !IsIgnored(rune))
            {
                length += Write(rune, name[..taken], buffer[length..]);
            }

            name = name[taken..];
        }

        return length;
    }

    /// <summary>The two characters beyond ASCII whose lower case is in it: the long s and the Kelvin sign.</summary>
    private static int Write(Rune rune, ReadOnlySpan<byte> bytes, Span<byte> buffer)
    {
        if (rune.Value is 0x17f or 0x212a)
        {
            buffer[0] = rune.Value == 0x17f ? (byte)'s' : (byte)'k';
            return 1;
        }

        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    /// <summary>What HFS+ and ext4 with casefold leave out of a comparison, roughly.</summary>
    private static bool IsIgnored(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format || rune.Value is 0x34f or (>= 0xfe00 and <= 0xfe0f) or (>= 0xe0000 and <= 0xe0fff);
}
