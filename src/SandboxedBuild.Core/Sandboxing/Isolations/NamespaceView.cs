using System.Collections.Immutable;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>The mounts of a plan, as lines of a <see cref="NamespaceScript"/> that put the new root together in the current directory.</summary>
/// <param name="overlay">Where the roots' overlays are mounted.</param>
/// <param name="host">What is mounted on the host.</param>
internal sealed class NamespaceView(Overlay overlay, MountTable host)
{
    private static readonly ImmutableArray<string> s_always = ["nosuid", "nodev"];

    private readonly List<Mount> _made = [];
    private readonly List<LinkMount> _links = [];
    private readonly List<string> _expected = ["'rw /proc'", "'rw /dev/pts'", "'rw /dev/shm'", "'ro /'", "'ro /dev'", .. new[] { "null", "zero", "full", "random", "urandom", "tty" }.Select(static device => $"'ro /dev/{device}'")];

    /// <summary>How the kernel's list may name what is there in the end, as patterns of sh.</summary>
    public IEnumerable<string> Expected => _expected;

    /// <summary>Symlinks come last, so that no mount point is made through one.</summary>
    public string Links => string.Concat(_links.Where(link => IsOwn(link.Destination)).Select(static link => $"mkdir -p -- {Inside(Path.GetDirectoryName(link.Destination)!)} && ln -s -- {NamespaceScript.Quote(link.Target)} {Inside(link.Destination)} || exit\n"));

    /// <summary>The lines for one mount; those around it have been added before.</summary>
    public string Add(Mount mount)
    {
        if (mount is LinkMount link)
        {
            _links.Add(link);
            return string.Empty;
        }

        mount = mount with { Destination = Through(mount.Destination) };
        var lines = mount switch
        {
            BindMount bind => Bind(bind.Source, bind.Destination, bind.Writable, bind.IsOptional),
            OverlayMount root when overlay.Strategy.IsInPlace => Bind(root.Destination, root.Destination, writable: true, isOptional: false),
            OverlayMount root => Overlay(root.Destination, overlay.Strategy.Shown(overlay.Roots[root.Number - 1])),
            LayerMount layers => Overlay(layers.Destination, LayerStorage.Of(overlay, layers).Merged),
            EmptyFile file => Bind(Path.Combine(overlay.StepDirectory, StepLaunch.EmptyFile), file.Destination, writable: false, isOptional: false, isDirectory: false),
            EmptyDirectory directory => Make(directory.Destination, isDirectory: true)
                + At(directory.Destination, directory.Writable, $"-t tmpfs -o {(directory.Writable ? "rw" : "ro")},mode={Convert.ToString(directory.Mode, 8)},nosuid,nodev tmpfs"),
            ProcMount => Make("/proc", isDirectory: true) + At("/proc", writable: true, "-t proc -o nosuid,nodev,noexec proc"),
            DevMount => string.Empty,
            _ => throw new ArgumentException($"no lines for {mount}", nameof(mount)),
        };
        _made.Add(mount);
        return lines;
    }

    /// <summary>
    /// With all that is mounted in it, for the kernel lets a user namespace show a directory with what is mounted there or not at all; each of that gets
    /// its flags by itself, since a bind mount hands its own to nothing below. The kernel's own settings are shown without (binfmt_misc is mounted at a touch).
    /// </summary>
    private string Bind(string source, string destination, bool writable, bool isOptional, bool? isDirectory = null)
    {
        var below = RealPath.IsAtOrBelow(source, "/proc") || isDirectory == false ? [] : host.Below(source).ToList();
        var lines = Make(destination, isDirectory ?? Directory.Exists(source))
            + At(destination, writable, $"{(below.Count > 0 ? "--rbind" : "--bind")} -o {Flags(host.Around(source), writable)} -- {NamespaceScript.Quote(source)}")
            + string.Concat(below.Select(mount => At(destination + mount.Point[source.Length..], writable, $"-o remount,bind,{Flags(mount, writable)} none", mount.IsStacked)));
        return isOptional ? $"if [ -e {NamespaceScript.Quote(source)} ]; then\n{lines}fi\n" : lines;
    }

    private string Overlay(string destination, string merged) => Make(destination, isDirectory: true) + At(destination, writable: true, $"--bind -o nosuid,nodev -- {NamespaceScript.Quote(merged)}");

    private string At(string destination, bool writable, string how, bool isStacked = false)
    {
        var point = MountTable.Escape(destination);
        _expected.Add(NamespaceScript.Quote("ro " + point));

        // A mount that another one covers keeps its flags; nobody inside can take the cover off.
        if (writable || isStacked)
        {
            _expected.Add(NamespaceScript.Quote("rw " + point));
        }

        return $"at {NamespaceScript.Quote(point)} {how} {Inside(destination)}\n";
    }

    private string Make(string destination, bool isDirectory) => IsOwn(destination) ? $"{(isDirectory ? "dir" : "file")} {Inside(destination)}\n" : string.Empty;

    /// <summary>Whether what is around a place is the sandbox's own, in memory, where no step has written yet.</summary>
    private bool IsOwn(string destination) =>
        _made.Where(mount => mount.Destination != destination && RealPath.IsAtOrBelow(destination, mount.Destination)).MaxBy(static mount => mount.Destination.Length) is null or EmptyDirectory or DevMount;

    /// <summary>A place behind one of the plan's own symlinks, as in <c>/bin/tool</c>, by its real name.</summary>
    private string Through(string destination) =>
        _links.Find(link => RealPath.IsAtOrBelow(destination, link.Destination)) is { } link
            ? Through(Path.GetFullPath(link.Target, Path.GetDirectoryName(link.Destination)!) + destination[link.Destination.Length..])
            : destination;

    private static string Flags(MountTable.Entry mount, bool writable) =>
        string.Join(',', mount.Flags.Append(writable ? "nosuid" : "ro").Concat(s_always).Distinct(StringComparer.Ordinal));

    private static string Inside(string path) => NamespaceScript.Quote("." + path);
}
