using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The part of a chain that mounts the overlays, each where it is kept, in namespaces in which that is allowed. All of them are in a table of fstab(5) for one mount(8): a process for
/// each would cost more than all the rest of a mount does. Names in it are short, from inside of the step's directory, and free of the characters to which options and tables give a meaning;
/// others have links there.
/// </summary>
internal static class OverlayMounts
{
    private const string TableFile = "mounts";

    /// <summary>
    /// volatile: what is caught need not survive a power failure before its commit, which makes names durable, not yet contents. noatime:
    /// by its atime a copy is told from a new file (OtherNames). index and xino off: warnings in the kernel's log otherwise (bubblewrap#783).
    /// </summary>
    private const string Options = "noatime,userxattr,volatile,index=off,xino=off";

    /// <summary>
    /// What is mounted, as mountinfo tells it. mount(8) leaves a line out, and says nothing, if it finds its source mounted at its target: nobody else mounts anything under this name.
    /// </summary>
    private const string Source = "sandboxed-build";

    /// <summary>From 2.39 on, mount(8) would hand options over by fsconfig(2), which takes 255 bytes of each.</summary>
    private const string Script = $"""
        ( cd "$2" && export LIBMOUNT_FORCE_MOUNT2=always && exec "$1" -n -a -T {TableFile} ) || exit

        """;

    /// <summary>Whether anybody may write is asked of the mount before the mode (access(2)).</summary>
    private const string RequireProtection = """
        [ ! -w /dev ] || { echo "/dev is still writable after it was mounted read-only; what is mounted there, this tells: findmnt /dev" >&2; exit 1; }

        """;

    private const string ExecRest = """
        shift 2
        exec "$@"
        """;

    /// <summary>
    /// bwrap shows the host's devices as they are mounted here, and root needs no more than to be their owner to change their modes and owners for
    /// everybody. Read-only, they can be read and written to as before. Flags that the mount has may be locked (mount_namespaces(7)), so they are asked for again.
    /// </summary>
    private static readonly Lazy<string> s_devices = new(static () =>
    {
        var around = MountTable.OfThisProcess().Around("/dev");
        var bind = around.Point == "/dev" ? string.Empty : "/dev /dev none rbind 0 0\n";
        return $"{bind}{Source} /dev none {string.Join(',', around.Flags.Union(["remount", "bind", "ro"], StringComparer.Ordinal))} 0 0\n";
    });

    /// <summary>Writes the table of a step, and gives what stands in front of the program that is to see what is in it.</summary>
    /// <param name="plan">The step's plan.</param>
    /// <param name="overlay">Its overlay.</param>
    /// <param name="tools">The host's programs.</param>
    /// <param name="mountsItself">Whether that program mounts the overlays itself.</param>
    /// <returns>Nothing, if the program needs nothing of it.</returns>
    public static ImmutableArray<string> Chain(SandboxPlan plan, Overlay overlay, HostTools tools, bool mountsItself = false)
    {
        IEnumerable<string> roots = overlay.Strategy.Mounts && !mountsItself ? plan.Mounts.OfType<OverlayMount>().Select(mount => RootLine(overlay, overlay.Roots[mount.Number - 1], mount)) : [];
        return Chain(overlay, tools, [.. roots, .. mountsItself ? [] : LayeredMounts.Lines(plan, overlay)]);
    }

    /// <summary>The same with nothing but the overlays of the roots.</summary>
    public static ImmutableArray<string> ChainOfRoots(Overlay overlay, HostTools tools) => Chain(overlay, tools, overlay.Roots.Select(root => RootLine(overlay, root, mount: null)));

    /// <summary>A line of the table.</summary>
    public static string Line(string merged, string lower, string upper, string work) => $"{Source} {merged} overlay lowerdir={lower},upperdir={upper},workdir={work},{Options} 0 0\n";

    /// <summary>Whether a path has no character in it to which options or tables give a meaning.</summary>
    public static bool IsPlain(string path) => path.All(static character => char.IsAsciiLetterOrDigit(character) || character is '/' or '.' or '-' or '_' or '+');

    /// <summary>
    /// The namespaces in which overlays may be mounted. A root that may mount needs no user namespace, and must not have one: files of users that it
    /// does not map could not be written.
    /// </summary>
    public static IEnumerable<string> Namespaces(HostTools tools) =>
        Caller.MayMount ? [tools.Unshare, "--mount"] : [tools.Unshare, "--user", "--map-root-user", "--mount"];

    private static ImmutableArray<string> Chain(Overlay overlay, HostTools tools, IEnumerable<string> lines)
    {
        var table = string.Concat(lines.Prepend(Caller.IsRoot ? s_devices.Value : string.Empty));
        if (table.Length == 0)
        {
            return [];
        }

        StateFile.Write(Path.Combine(overlay.StepDirectory, TableFile), Encoding.UTF8.GetBytes(table));
        return [.. Namespaces(tools), tools.Shell, "-c", Script + (Caller.IsRoot ? RequireProtection : string.Empty) + ExecRest, "sh", tools.Mount, overlay.StepDirectory];
    }

    private static string RootLine(Overlay overlay, OverlayRoot root, OverlayMount? mount)
    {
        var name = Path.GetRelativePath(overlay.StepDirectory, root.Storage);
        if (!RealPath.IsAtOrBelow(root.Storage, overlay.Directory))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"root{root.Number}");
            StateDirectories.Drop(Path.Combine(overlay.StepDirectory, name));
            File.CreateSymbolicLink(Path.Combine(overlay.StepDirectory, name), root.Storage);
        }

        return Line($"{name}/merged", mount is null ? $"{name}/lower" : MountPointPlaces.LowerOf(mount, $"{name}/"), $"{name}/upper", $"{name}/work");
    }
}
