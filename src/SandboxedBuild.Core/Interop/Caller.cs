using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>Who this process runs as.</summary>
internal static partial class Caller
{
    private const string Status = "/proc/self/status";
    private const string Effective = "CapEff:";
    private const int SystemAdministration = 21;
    private const int FileCapabilities = 31;

    /// <summary>NGROUPS_MAX of linux/limits.h.</summary>
    private const int MostGroups = 65536;

    public static uint Uid { get; } = GetUid();

    public static uint Gid { get; } = GetGid();

    public static bool IsRoot => Uid == 0;

    /// <summary>
    /// Whether this is a root that may mount, and needs no user namespace for it (CAP_SYS_ADMIN, capabilities(7)): not in most containers, nor in a sandbox of ours.
    /// </summary>
    public static bool MayMount { get; } = IsRoot && Has(SystemAdministration);

    /// <summary>Whether a root may make a user namespace that has root in it (CAP_SETFCAP, since Linux 5.12).</summary>
    public static bool MayMapRoot { get; } = IsRoot && Has(FileCapabilities);

    /// <summary>All groups that the caller is in, and to which it can give its files.</summary>
    public static ImmutableHashSet<uint> Groups { get; } = [Gid, .. AllGroups()];

    /// <summary>No where proc(5) is not there to tell.</summary>
    private static bool Has(int capability) =>
        File.Exists(Status)
        && File.ReadLines(Status).FirstOrDefault(static line => line.StartsWith(Effective, StringComparison.Ordinal)) is { } line
        && ((ulong.Parse(line.AsSpan(Effective.Length), NumberStyles.AllowLeadingWhite | NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> capability) & 1) != 0;

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
