using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tracing;

/// <summary>Tells calls that the sandbox has refused from those that fail anywhere.</summary>
internal sealed partial class TraceJudge
{
    private const int Patience = 1000;

    /// <summary>Every program asks these for names of users and hosts, or for what the machine is like, and does without.</summary>
    private static readonly ImmutableArray<string> s_services = ["/proc", "/sys", "/run/nscd", "/var/run/nscd", "/run/systemd", "/var/run/systemd", "/var/lib/sss"];

    /// <summary>Refused to root inside, which may do all of it outside; other users may do it nowhere.</summary>
    private static readonly ImmutableHashSet<string> s_ofRoot = ["mount", "umount2", "chroot", "pivot_root", "mknod", "mknodat", "setns", "unshare", "sethostname", "swapon", "quotactl"];

    private static readonly ImmutableHashSet<string> s_makers = ["mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat", "link", "linkat", "rename", "renameat", "renameat2", "creat"];
    private static readonly ImmutableHashSet<string> s_removers = ["unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2"];
    private static readonly ImmutableHashSet<string> s_lookers =
        ["open", "openat", "openat2", "execve", "execveat", "chdir", "connect", "stat", "lstat", "stat64", "lstat64", "newfstatat", "fstatat64", "statx", "access", "faccessat", "faccessat2"];

    private readonly ShownPaths _view;
    private readonly StepTrace _trace;
    private readonly bool _failed;
    private readonly string? _home;

    private TraceJudge(ShownPaths view, StepTrace trace, bool failed, string? home)
    {
        _view = view;
        _trace = trace;
        _failed = failed;
        _home = home;
    }

    /// <summary>The violations, each once.</summary>
    /// <param name="trace">What was seen.</param>
    /// <param name="plan">By which the command ran.</param>
    /// <param name="failed">Whether the command failed. One that succeeded did without what it could not see; what it could not write or reach is told all the same.</param>
    /// <param name="home">The caller's home directory.</param>
    public static ImmutableArray<Violation> Judge(StepTrace trace, SandboxPlan plan, bool failed, string? home)
    {
        var judge = new TraceJudge(new(plan), trace, failed, home);
        return [.. trace.Failed.Select(judge.Judge).OfType<Violation>().DistinctBy(static violation => (violation.Kind, violation.Subject))];
    }

    [GeneratedRegex(@"sin6?_port=htons\((?<port>[0-9]+)\).*?(inet_addr\(""(?<host>[0-9.]+)""\)|inet_pton\(AF_INET6, ""(?<host>[0-9a-f:.]+)"")", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Address();

    private Violation? Judge(FailedCall call) => call.Error switch
    {
        "ENETUNREACH" or "EHOSTUNREACH" or "ECONNREFUSED" or "EADDRNOTAVAIL" => OfNetwork(call),
        "EROFS" => call.Paths.LastOrDefault(path => KindOfWrite(path) is not null) is { } path ? Make(KindOfWrite(path)!.Value, path, call) : null,
        "EACCES" or "EPERM" => OfDenied(call),
        "ENOENT" => OfMissing(call),
        _ => null,
    };

    private Violation? OfNetwork(FailedCall call) =>
        _view.HasNetwork || Address().Match(call.Arguments) is not { Success: true } address ? null
        : Make(ViolationKind.Network, $"{address.Groups["host"].Value}:{address.Groups["port"].Value}", call);

    private Violation? OfDenied(FailedCall call) =>
        s_ofRoot.Contains(call.Call.Name) ? Caller.IsRoot ? Make(ViolationKind.Call, call.Call.Name, call) : null
        : call.Paths.LastOrDefault(path => KindOfWrite(path) is not null && _view.Of(path) != Sight.Unseen && ShownPaths.MayWriteOnHost(path) && Writes(call)) is { } written ? Make(KindOfWrite(written)!.Value, written, call)
        : OfMissing(call);

    private Violation? OfMissing(FailedCall call)
    {
        if (call.Paths.Any(static path => s_services.Any(service => RealPath.IsAtOrBelow(path, service))))
        {
            return null;
        }

        if (Makes(call) && call.Paths.LastOrDefault(path => !ShownPaths.IsOnHost(path) && Path.GetDirectoryName(path) is { } parent && _view.Lacks(parent)) is { } made)
        {
            return Make(ViolationKind.Write, made, call);
        }

        return _failed && s_lookers.Contains(call.Call.Name) && call.Paths.FirstOrDefault(_view.Lacks) is { } lacking && !IsDoneWithout(lacking, call) ? Make(ViolationKind.Read, lacking, call) : null;
    }

    /// <summary>
    /// Programs look for their settings in the home directory and for other programs along PATH, and go on without; naming all of it would bury what matters.
    /// </summary>
    private bool IsDoneWithout(string path, FailedCall call) =>
        _trace.Ran.Contains(Path.GetFileName(path))
        || (call.Call.Name is not ("execve" or "execveat") && _home is not null && RealPath.IsAtOrBelow(path, _home) && path[_home.Length..].StartsWith("/.", StringComparison.Ordinal));

    private static bool Makes(FailedCall call) => s_makers.Contains(call.Call.Name) || call.Arguments.Contains("O_CREAT", StringComparison.Ordinal);

    private static bool Writes(FailedCall call) =>
        Makes(call) || s_removers.Contains(call.Call.Name)
        || call.Arguments.Contains("O_WRONLY", StringComparison.Ordinal) || call.Arguments.Contains("O_RDWR", StringComparison.Ordinal)
        || call.Call.Name.StartsWith("chmod", StringComparison.Ordinal) || call.Call.Name.StartsWith("fchmodat", StringComparison.Ordinal) || call.Call.Name.Contains("chown", StringComparison.Ordinal)
        || call.Call.Name.StartsWith("truncate", StringComparison.Ordinal) || call.Call.Name.StartsWith("utime", StringComparison.Ordinal);

    private ViolationKind? KindOfWrite(string path) => _view.Of(path) switch
    {
        Sight.Open => null,
        Sight.Protected => ViolationKind.Protected,
        _ => ViolationKind.Write,
    };

    private static Violation Make(ViolationKind kind, string subject, FailedCall call) =>
        new(kind, subject, call.Text, Remedies.For(kind, subject, s_removers.Contains(call.Call.Name))) { Call = call.Call, Removes = s_removers.Contains(call.Call.Name) };
}
