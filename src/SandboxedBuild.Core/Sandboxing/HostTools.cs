using System.Collections.Concurrent;
using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>The host's programs that set a sandbox up, by absolute path: those of every isolation, and in derived types those of one.</summary>
/// <param name="Shell">sh(1).</param>
/// <param name="Unshare">unshare(1).</param>
/// <param name="Mount">mount(8).</param>
/// <param name="Lock">flock(1).</param>
public abstract record HostTools(string Shell, string Unshare, string Mount, string Lock)
{
    private static readonly ConcurrentDictionary<string, HostTools> s_known = new(StringComparer.Ordinal);

    /// <summary>What they make.</summary>
    public abstract Isolation Isolation { get; }

    /// <summary>What one of the strategies needs besides.</summary>
    public FuseTools Fuse { get; init; } = new(null, null);

    /// <summary>Finds the tools on the caller's <c>PATH</c>; asks them for their options once a process.</summary>
    /// <param name="isolation">What they are to make.</param>
    /// <param name="environment">The caller's environment.</param>
    /// <param name="writable">Real paths of directories that steps may write to; no tool is taken from there.</param>
    /// <exception cref="SandboxException">One is missing, too old or setuid.</exception>
    public static HostTools Find(Isolation isolation, CallerEnvironment environment, params IReadOnlyCollection<string> writable) =>
        s_known.GetOrAdd($"{isolation}\n{environment.Value("PATH")}\n{string.Join('\n', writable)}", _ => Look(isolation, environment, writable) with { Fuse = FuseTools.Look(environment, writable) });

    /// <summary>
    /// What stands before the chain of a step that is traced, so that it ends with its tracer: nobody else would end it. Not of others: they would end with the thread of the build that
    /// has started them (PR_SET_PDEATHSIG, prctl(2)).
    /// </summary>
    internal virtual ImmutableArray<string> EndWithParent => [];

    /// <summary>What sets this plan up.</summary>
    internal abstract StepSetup SetUp(SandboxPlan plan, Overlay overlay);

    private static HostTools Look(Isolation isolation, CallerEnvironment environment, IReadOnlyCollection<string> writable) => isolation switch
    {
        Isolation.Bubblewrap => BubblewrapTools.Look(environment, writable),
        Isolation.Namespaces => NamespaceTools.Look(environment, writable),
        _ => throw new ArgumentOutOfRangeException(nameof(isolation)),
    };

    /// <summary>The program of this name.</summary>
    private protected static string Need(string program, CallerEnvironment environment, IReadOnlyCollection<string> writable) =>
        environment.Find(program, writable) ?? throw EnvironmentDiagnostics.ToolMissing(program).AsException();
}
