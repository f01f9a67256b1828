using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SandboxedBuild.TestKit;

/// <summary>The content of a file for the line of a description.</summary>
internal static partial class FileContent
{
    private const int LongestText = 80;
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    /// <summary>A short text in quotes, or size and hash.</summary>
    /// <param name="path">Bytes, because a name that is not UTF-8 cannot be a .NET string.</param>
    public static string Describe(byte[] path)
    {
        using var handle = new SafeFileHandle(Open([.. path, 0], ReadOnly | CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return "unreadable";
        }

        using var file = new FileStream(handle, FileAccess.Read);
        var start = new byte[LongestText + 1];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (length <= LongestText && Escaping.IsText(start.AsSpan(0, length)))
        {
            return '"' + Encoding.UTF8.GetString(start, 0, length).Replace("\n", "\\n", StringComparison.Ordinal) + '"';
        }

        file.Position = 0;
        var hash = Convert.ToHexStringLower(SHA256.HashData(file))[..16];
        return string.Create(CultureInfo.InvariantCulture, $"{file.Length} bytes, sha256 {hash}");
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial nint Open(byte[] path, int flags);
}
