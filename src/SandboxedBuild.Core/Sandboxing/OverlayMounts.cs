using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>The part of a chain that mounts the overlays, each where it is kept, in namespaces in which that is allowed.</summary>
internal static class OverlayMounts
{
    /// <summary>
    /// Mounts each overlay from inside its storage, where every name is short and free of the characters that mount options give a
    /// meaning to. volatile: what is caught need not survive a power failure before its commit, which makes names durable, not yet contents. noatime:
    /// by its atime a copy is told from a new file (OtherNames). index and xino off: warnings in the kernel's log otherwise (bubblewrap#783).
    /// </summary>
    private const string Script = """
        mount=$1
        shift
        while [ "$1" != -- ]; do
          ( cd "$1" && exec "$mount" -n -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,noatime,userxattr,volatile,index=off,xino=off merged ) || exit
          shift
        done
        shift
        exec "$@"
        """;

    /// <summary>
    /// bwrap shows the host's devices as they are mounted here, and root needs no more than its capabilities over files to change their modes and owners for
    /// everybody. Read-only, they can be read and written to as before.
    /// </summary>
    private const string ProtectDevices = """
        "$1" -n -o remount,bind,ro /dev 2> /dev/null || { "$1" -n --rbind /dev /dev && "$1" -n -o remount,bind,ro /dev; } || exit

        """;

    private const string ExecRest = """
        shift
        exec "$@"
        """;

    /// <summary>What every script of such a stage begins with, whose first argument is mount(8).</summary>
    public static string Beginning { get; } = Caller.MayMount ? ProtectDevices : string.Empty;

    /// <summary>What stands in front of a program that mounts the overlays itself.</summary>
    public static IEnumerable<string> ChainOfNone(HostTools tools) => Caller.MayMount ? [.. Namespaces(tools), tools.Shell, "-c", Beginning + ExecRest, "sh", tools.Mount] : [];

    /// <summary>What stands in front of the program that is to see them.</summary>
    public static IEnumerable<string> Chain(Overlay overlay, HostTools tools) =>
        [.. Namespaces(tools), tools.Shell, "-c", Beginning + Script, "sh", tools.Mount, .. overlay.Strategy.Mounts ? overlay.Roots.Select(static root => root.Storage) : [], "--"];

    /// <summary>
    /// The namespaces in which overlays may be mounted. A root that may mount needs no user namespace, and must not have one: files of users that it
    /// does not map could not be written.
    /// </summary>
    public static IEnumerable<string> Namespaces(HostTools tools) =>
        Caller.MayMount ? [tools.Unshare, "--mount"] : [tools.Unshare, "--user", "--map-root-user", "--mount"];
}
