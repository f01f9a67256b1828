using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>Turns a request into a plan: the default view, then what was asked for on top of it.</summary>
public static class PlanBuilder
{
    private const int StickyForAll = 0x3ff;
    private const int OwnerOnly = 0x1c0;
    private const int EveryoneReads = 0x16d;
    private const string HomeInside = "/tmp/home";

    /// <summary>Makes the plan.</summary>
    /// <exception cref="SandboxException">A path cannot be shown as asked, or the working directory would not be there.</exception>
    public static SandboxPlan Build(SandboxRequest request)
    {
        var identity = SandboxIdentity.OfCaller;
        var home = HomeFor(request);
        var mounts = new Dictionary<string, Mount>(StringComparer.Ordinal);

        Add(SystemView.For(identity));
        Add([new ProcMount(), new DevMount(), new EmptyDirectory("/tmp", StickyForAll, Writable: true), new EmptyDirectory("/var/tmp", StickyForAll, Writable: true)]);
        Add([new EmptyDirectory(home, OwnerOnly, Writable: true)]);
        Add(request.Network == NetworkAccess.Host ? NameResolution() : []);
        Add(request.Needs.Where(Path.Exists).Where(need => !IsShown(mounts, need)).Select(static need => new BindMount(need, need)));
        Add(request.Roots.Select(LinkedRepository.Of).OfType<string>().Where(repository => !Holds(repository, request)).Select(static repository => new BindMount(repository, repository)));
        Add(request.Aliases.Select(static Mount (alias) => new LinkMount(alias.Value, alias.Key)).Concat(request.Seen.SelectMany(static seen => seen.Needs)));

        for (var index = 0; index < request.Roots.Length; index++)
        {
            mounts[request.Roots[index]] = new OverlayMount(index + 1, request.Roots[index]);
        }

        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in request.Paths)
        {
            if (PathMounts.For(path, request) is { } mount)
            {
                mounts[mount.Destination] = mount;
                own.Add(mount.Destination);
            }
        }

        var layers = LayerMounts.For(request);
        own.UnionWith(layers.Select(static layer => layer.Mount.Destination));
        foreach (var mount in ProtectedPlaces.For(request, own))
        {
            mounts.TryAdd(mount.Destination, mount);
        }

        OverLiveRoots(request).ToList().ForEach(mount => mounts[mount.Destination] = mount);
        LayerPlaces.Add(mounts, layers, request);

        var directory = request.WorkingDirectory;
        if (!IsShown(mounts, directory) && !request.Aliases.Keys.Any(alias => RealPath.IsAtOrBelow(directory, alias)))
        {
            throw InputDiagnostics.WorkingDirectoryNotShown(directory, request.Roots).AsException();
        }

        return new(
            [.. mounts.Values.OrderBy(static mount => mount.Destination.Replace('/', '\0'), StringComparer.Ordinal)],
            Environment(request, home),
            request.Network,
            directory,
            identity,
            request.Command);

        // What lies in a root is seen through the root's overlay: nothing of the default view goes over it.
        void Add(IEnumerable<Mount> defaults)
        {
            foreach (var mount in defaults.Where(mount => !request.Roots.Any(root => RealPath.IsAtOrBelow(mount.Destination, root))))
            {
                mounts[mount.Destination] = mount;
            }
        }
    }

    /// <summary>What goes over live roots that the step writes to itself, and the mark that it does.</summary>
    private static IEnumerable<Mount> OverLiveRoots(SandboxRequest request) =>
        !request.Seen.Any(static seen => seen.IsLive) ? [] :
        [
            new EmptyFile(Commits.CarriedLock.Mark),
            .. request.Seen.SelectMany(static seen => seen.Covered).Select(static Mount (path) => Directory.Exists(path) ? new EmptyDirectory(path, EveryoneReads, Writable: false) : new EmptyFile(path)),
        ];

    /// <summary>The home directory's own path, empty, so that <c>~</c> means the same; not where that would cover a root.</summary>
    private static string HomeFor(SandboxRequest request) =>
        request.Home is { } home && home != "/" && !request.Roots.Any(root => RealPath.IsAtOrBelow(home, root)) ? home : HomeInside;

    /// <summary>Whether a directory is around what is not to be seen as it is.</summary>
    private static bool Holds(string directory, SandboxRequest request) =>
        request.Roots.Concat(request.Untouchable).Append(request.Home).OfType<string>().Any(inside => RealPath.IsAtOrBelow(inside, directory));

    /// <summary>HOME and TMPDIR lead to the private directories, unless the step names them itself.</summary>
    private static ImmutableSortedDictionary<string, string> Environment(SandboxRequest request, string home)
    {
        var passed = EnvironmentFilter.Apply(request.Environment.Variables, request.PassEnvironment);
        return passed.SetItems(new[] { KeyValuePair.Create("HOME", home), KeyValuePair.Create("TMPDIR", "/tmp") }.Where(own => !request.PassEnvironment.Contains(own.Key, StringComparer.Ordinal)));
    }

    /// <summary>Whether a path is there because something above it is shown as the host has it.</summary>
    private static bool IsShown(Dictionary<string, Mount> mounts, string path)
    {
        for (var above = path; above is not null; above = Path.GetDirectoryName(above))
        {
            if (mounts.TryGetValue(above, out var mount))
            {
                return mount is BindMount or OverlayMount or LayerMount || (mount is EmptyDirectory && above == path);
            }
        }

        return false;
    }

    /// <summary>/etc/resolv.conf often leads out of /etc, to what a resolver service keeps in /run.</summary>
    private static IEnumerable<Mount> NameResolution()
    {
        var real = new FileInfo("/etc/resolv.conf").ResolveLinkTarget(returnFinalTarget: true);
        return real is { Exists: true } ? [new BindMount(real.FullName, real.FullName)] : [];
    }
}
