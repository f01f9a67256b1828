using System.Buffers;
using System.Globalization;
using System.Text;

namespace SandboxedBuild.TestKit;

/// <summary>Bytes as text that a person can read and a test can compare.</summary>
internal static class Escaping
{
    /// <summary>UTF-8 where it is that, <c>\xNN</c> for other bytes and for control characters.</summary>
    public static string Display(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            if (valid && !Rune.IsControl(rune))
            {
                text.Append(rune);
            }
            else
            {
                foreach (var value in bytes[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
                }
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>Whether these are UTF-8 without control characters but newlines.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) != OperationStatus.Done || (Rune.IsControl(rune) && rune.Value != '\n'))
            {
                return false;
            }

            bytes = bytes[length..];
        }

        return true;
    }
}
