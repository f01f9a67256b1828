using SandboxedBuild.Interop;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Violations;

/// <summary>What a step sees, asked path by path after it is over. Nothing is opened; whatever the step has planted is not even looked at, for its roots are open to it anyway.</summary>
/// <param name="plan">The plan that it ran by.</param>
internal sealed class ShownPaths(SandboxPlan plan)
{
    /// <summary>A symlink of the view is not more than one of the system's: /bin, /lib, aliases of roots.</summary>
    private const int MostLinks = 8;

    private readonly Dictionary<string, Mount> _mounts = plan.Mounts.ToDictionary(static mount => mount.Destination, StringComparer.Ordinal);

    /// <summary>Whether the step has the host's network.</summary>
    public bool HasNetwork => plan.Network == NetworkAccess.Host;

    /// <summary>The directory that the command starts in.</summary>
    public string Directory => plan.WorkingDirectory;

    /// <summary>Directories in which the command looks for programs.</summary>
    public IEnumerable<string> SearchPath => plan.Environment.GetValueOrDefault("PATH", string.Empty).Split(':').Where(Path.IsPathRooted);

    /// <summary>What is mounted around a path without symlinks; null for nothing.</summary>
    public Mount? MountAt(string path) => Around(path).Mount;

    /// <summary>A path as the step may name it, absolute and without dots.</summary>
    public string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, Directory));

    /// <summary>How the step sees an absolute path.</summary>
    public Sight Of(string path)
    {
        for (var links = 0; links < MostLinks; links++)
        {
            var (mount, above) = Around(path);
            if (mount is not LinkMount link)
            {
                return Of(mount, path);
            }

            path = Path.GetFullPath(link.Target, Path.GetDirectoryName(above) ?? "/") + path[above.Length..];
        }

        return Sight.ReadOnly;
    }

    /// <summary>Whether the host has something at this path that the step does not see.</summary>
    public bool Lacks(string path) => IsOnHost(path) && (Of(path) == Sight.Unseen || IsBehindLink(path) || Covers(path));

    /// <summary>Whether the host has something at this path; a link that leads nowhere is something.</summary>
    public static bool IsOnHost(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    /// <summary>Whether the caller may write to the path, or make it, where there is no sandbox.</summary>
    public static bool MayWriteOnHost(string path)
    {
        while (!Path.Exists(path) && Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
        }

        return Access.MayWrite(path);
    }

    private Sight Of(Mount? mount, string path) => mount switch
    {
        null => Sight.Unseen,

        // The shell names its script in whatever it says.
        BindMount script when StepCommand.Runs(plan.Command, script.Destination) => Sight.Open,
        BindMount { Writable: true } or OverlayMount or LayerMount or EmptyDirectory { Writable: true } => Sight.Open,
        BindMount bind => IsInRoot(bind.Destination) && bind.IsOptional ? Sight.Protected : Sight.ReadOnly,
        EmptyDirectory or EmptyFile => Sight.Unseen,
        _ => IsOwnDevice(path) ? Sight.Open : Sight.ReadOnly,
    };

    /// <summary>Whether an empty directory of the step's own, such as its home, is where the host has this.</summary>
    private bool Covers(string path) => Around(path) is (EmptyDirectory, var above) && above != path;

    /// <summary>Whether a link on the way leads to where the step sees nothing.</summary>
    private bool IsBehindLink(string path) =>
        RealPath.OfFuture(File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : path) is var real && real != path && Of(real) == Sight.Unseen;

    private bool IsInRoot(string path) => _mounts.Values.OfType<OverlayMount>().Any(root => RealPath.IsAtOrBelow(path, root.Destination));

    private static bool IsOwnDevice(string path) => RealPath.IsAtOrBelow(path, "/dev/shm") || RealPath.IsAtOrBelow(path, "/dev/pts");

    private (Mount? Mount, string Above) Around(string path)
    {
        for (var above = path; above is not null; above = Path.GetDirectoryName(above))
        {
            if (_mounts.TryGetValue(above, out var mount))
            {
                return (mount, above);
            }
        }

        return (null, "/");
    }
}
