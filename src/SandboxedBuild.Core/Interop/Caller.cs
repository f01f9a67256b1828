using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>Who this process runs as.</summary>
internal static partial class Caller
{
    /// <summary>NGROUPS_MAX of linux/limits.h.</summary>
    private const int MostGroups = 65536;

    public static uint Uid { get; } = GetUid();

    public static uint Gid { get; } = GetGid();

    public static bool IsRoot => Uid == 0;

    /// <summary>All groups that the caller is in, and to which it can give its files.</summary>
    public static ImmutableHashSet<uint> Groups { get; } = [Gid, .. AllGroups()];

    private static uint[] AllGroups()
    {
        var groups = new uint[MostGroups];
        var count = GetGroups(groups.Length, groups);
        return groups[..Math.Max(count, 0)];
    }

    [LibraryImport("libc", EntryPoint = "getgroups")]
    private static partial int GetGroups(int size, [Out] uint[] groups);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUid();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetGid();
}
