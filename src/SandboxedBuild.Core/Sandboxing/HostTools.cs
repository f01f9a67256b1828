using System.Collections.Concurrent;
using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Sandboxing;

/// <summary>The host's programs that set a sandbox up, by absolute path.</summary>
/// <param name="Bubblewrap">bwrap(1).</param>
/// <param name="Shell">sh(1).</param>
/// <param name="Unshare">unshare(1).</param>
/// <param name="Mount">mount(8).</param>
/// <param name="Lock">flock(1).</param>
/// <param name="MountsOverlays">Whether bwrap mounts overlays itself (0.11.0 brought that).</param>
public sealed record HostTools(string Bubblewrap, string Shell, string Unshare, string Mount, string Lock, bool MountsOverlays)
{
    /// <summary>Options that the plans need. Asked of <c>--help</c>, not of the version: distributions move options between versions.</summary>
    private static readonly ImmutableArray<string> s_needed =
        ["--args", "--cap-add", "--cap-drop", "--chdir", "--clearenv", "--die-with-parent", "--json-status-fd", "--new-session", "--perms", "--remount-ro", "--seccomp", "--unshare-cgroup-try"];

    private static readonly ConcurrentDictionary<string, HostTools> s_known = new(StringComparer.Ordinal);

    /// <summary>Finds the tools on the caller's <c>PATH</c>; asks bwrap for its options once a process.</summary>
    /// <param name="environment">The caller's environment.</param>
    /// <param name="writable">Real paths of directories that steps may write to; no tool is taken from there.</param>
    /// <exception cref="SandboxException">One is missing, too old or setuid.</exception>
    public static HostTools Find(CallerEnvironment environment, params IReadOnlyCollection<string> writable) =>
        s_known.GetOrAdd($"{environment.Value("PATH")}\n{string.Join('\n', writable)}", _ => Look(environment, writable));

    private static HostTools Look(CallerEnvironment environment, IReadOnlyCollection<string> writable)
    {
        var bubblewrap = environment.Find("bwrap", writable) ?? throw EnvironmentDiagnostics.BubblewrapMissing().AsException();

        // A setuid bwrap runs with root's rights on what it is told here; its authors advise against it where user namespaces work.
        if ((File.GetUnixFileMode(bubblewrap) & UnixFileMode.SetUser) != UnixFileMode.None)
        {
            throw EnvironmentDiagnostics.BubblewrapSetuid(bubblewrap).AsException();
        }

        var help = HostProgram.Run(bubblewrap, ["--help"]);
        var options = help.Output.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var lacking = s_needed.Where(option => !options.Contains(option)).ToList();
        return lacking.Count > 0
            ? throw EnvironmentDiagnostics.BubblewrapTooOld(bubblewrap, lacking, help.Error.Trim()).AsException()
            : new(bubblewrap, Need("sh"), Need("unshare"), Need("mount"), Need("flock"), options.Contains("--overlay-src"));

        string Need(string program) => environment.Find(program, writable) ?? throw EnvironmentDiagnostics.ToolMissing(program).AsException();
    }
}
