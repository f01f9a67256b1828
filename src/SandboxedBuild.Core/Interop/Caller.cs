using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>Who this process runs as.</summary>
internal static partial class Caller
{
    public static uint Uid { get; } = GetUid();

    public static uint Gid { get; } = GetGid();

    public static bool IsRoot => Uid == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUid();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetGid();
}
