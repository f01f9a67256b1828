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

    /// <summary>What stands in front of the program that is to see them.</summary>
    public static IEnumerable<string> Chain(Overlay overlay, HostTools tools) =>
        [.. Namespaces(tools), tools.Shell, "-c", Script, "sh", tools.Mount, .. overlay.Strategy.Mounts ? overlay.Roots.Select(static root => root.Storage) : [], "--"];

    /// <summary>
    /// The namespaces in which overlays may be mounted. A root that may mount needs no user namespace, and must not have one: files of users that it
    /// does not map could not be written.
    /// </summary>
    public static IEnumerable<string> Namespaces(HostTools tools) =>
        Caller.MayMount ? [tools.Unshare, "--mount"] : [tools.Unshare, "--user", "--map-root-user", "--mount"];
}
