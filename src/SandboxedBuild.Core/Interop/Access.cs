using System.Runtime.InteropServices;
using System.Text;

namespace SandboxedBuild.Interop;

/// <summary>faccessat(2), for the user whose rights the process has.</summary>
internal static partial class Access
{
    private const int CurrentDirectory = -100;
    private const int Write = 2;
    private const int AtEffectiveAccess = 0x200;

    /// <summary>Whether an existing path may be written to; a read-only filesystem counts, too.</summary>
    public static bool MayWrite(string path) => Check(CurrentDirectory, [.. Encoding.UTF8.GetBytes(path), 0], Write, AtEffectiveAccess) == 0;

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true)]
    private static partial int Check(int directory, byte[] path, int mode, int flags);
}
