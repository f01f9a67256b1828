using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tracing;

/// <summary>strace(1), which runs around the whole sandbox and so is out of the command's reach.</summary>
/// <param name="Program">Its absolute path.</param>
public sealed record Tracer(string Program)
{
    internal const string Output = "trace";

    /// <summary>Whether it is kept what the step has read.</summary>
    public bool TracksReads { get; init; }

    /// <summary>
    /// Calls by paths and to hosts, and those that make processes. The kernel stops at these alone (<c>--seccomp-bpf</c>, 5.3), so that the rest costs nothing. What a sandbox's own
    /// filter refuses does not stop at all: of two filters, the stricter answer counts (seccomp(2)).
    /// </summary>
    private const string Calls = "%file,fchdir,connect,sendto,sendmsg,execveat,fork,vfork,clone,?clone3,unshare,setns,sethostname";

    /// <summary>Finds it on the caller's <c>PATH</c>.</summary>
    /// <param name="environment">The caller's environment.</param>
    /// <param name="writable">Real paths of directories that steps may write to; it is not taken from there.</param>
    /// <exception cref="SandboxException">SBX1011: it is not there.</exception>
    public static Tracer Find(CallerEnvironment environment, params IReadOnlyCollection<string> writable)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return new(environment.Find("strace", writable) ?? throw EnvironmentDiagnostics.TracerMissing().AsException());
    }

    /// <summary>What stands in front of the sandbox's own programs; the output goes to the step's directory, in which they are started.</summary>
    internal ImmutableArray<string> Enter() =>
        [Program, "--quiet=all", "--seccomp-bpf", "--follow-forks", "--decode-fds=path", "--decode-pids=pidns", "--strings-in-hex=non-ascii", "--string-limit=4096", "-ttt", "--trace=" + Calls, "--signal=none", "--output=step/" + Output, "--"];
}
