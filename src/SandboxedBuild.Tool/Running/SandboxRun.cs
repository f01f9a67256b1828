using System.Collections.Immutable;
using System.Diagnostics;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Limits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tracing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tool.Running;

/// <summary>One command in a sandbox of its own: entered, run, decided. Unless its changes are held, disposing it throws them away.</summary>
internal sealed class SandboxRun : IDisposable
{
    private readonly RunRequest _request;
    private readonly HostTools? _tools;
    private readonly IDisposable _turn;

    /// <summary>What the command prints goes where the tool's own output goes, and nobody reads it.</summary>
    private static readonly LimitComplaints Unheard = new();

    private LimitedStep _limited = LimitedStep.None;
    private StepLaunch? _launch;

    private SandboxRun(Overlay overlay, ChosenIsolation isolation, IDisposable turn, SandboxPlan plan, RunRequest request)
    {
        _request = request;
        Overlay = overlay;
        Plan = plan;
        _tools = isolation.Tools;
        Warning = isolation.Warning;
        Isolation = isolation.Isolation;
        _turn = turn;
    }

    public Overlay Overlay { get; }

    /// <summary>What is to be told of what surrounds the command; null for nothing.</summary>
    public Diagnostic? Warning { get; }

    /// <summary>What the command used; null before it is over.</summary>
    public StepUsage? Usage { get; private set; }

    /// <summary>The limit that it went beyond; null without one.</summary>
    public Excess? Excess { get; private set; }

    /// <summary>What surrounds it.</summary>
    public Isolation Isolation { get; }

    /// <summary>Whether there is a sandbox at all.</summary>
    public bool IsSandboxed => _tools is not null;

    /// <summary>What the sandbox is made of.</summary>
    public SandboxPlan Plan { get; }

    /// <summary>How long the command took.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Makes the overlay and the plan.</summary>
    /// <returns>The run, null where nothing surrounds the command and it cannot be told what it changes; and what is to be told of what surrounds it, null for nothing.</returns>
    /// <exception cref="SandboxException">Something is missing, or cannot be done as asked.</exception>
    public static (SandboxRun? Run, Diagnostic? Warning) Enter(RunRequest request, ToolHost host, CancellationToken cancellation)
    {
        ChosenOverlay? chosen = null;
        var isolation = ChosenIsolation.For(request.Isolation, request.OnUnavailable, kind =>
        {
            chosen = ChosenOverlay.Create(request.Store, request.Roots, within: null, request.Strategy, kind, [], cancellation);
            return chosen.Tools;
        });
        var (overlay, warning) = isolation.Tools is null ? PlainStep.Enter(request.Store, request.Roots, within: null, request.Strategy, isolation.Warning!, cancellation) : (chosen!.Overlay, isolation.Warning);
        if (overlay is null)
        {
            return (null, warning);
        }

        IDisposable? turn = null;
        try
        {
            var plan = PlanBuilder.Build(Describe(request, overlay, host));
            turn = overlay.TakeTurn(cancellation);
            return (new(overlay, isolation with { Warning = warning }, turn, plan, request), warning);
        }
        catch
        {
            turn?.Dispose();
            overlay.Discard();
            overlay.Dispose();
            throw;
        }
    }

    /// <summary>Runs the command to its end, as it is where nothing surrounds it. It has the tool's own standard output and standard error.</summary>
    /// <param name="host">Where it runs, if nothing surrounds it.</param>
    /// <param name="outputToError">Whether both go to standard error.</param>
    /// <param name="tracer">What traces it, if it is to be traced.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <returns>The command's exit code.</returns>
    /// <exception cref="SandboxException">The sandbox failed, or the command went beyond a limit.</exception>
    public int Run(ToolHost host, bool outputToError, Tracer? tracer, CancellationToken cancellation)
    {
        if (_tools is not { } tools)
        {
            return PlainRun.Run(_request.Command, Overlay, host, outputToError, cancellation);
        }

        _limited = LimitedStep.Prepare(_request.Limits, Plan.Identity);
        _launch = StepLaunch.Prepare(Plan, Overlay, tools, _limited, tracer);
        ImmutableArray<string> line = [_launch.Program, .. _launch.Arguments];
        var start = outputToError ? new ProcessStartInfo(tools.Shell, ["-c", "exec \"$@\" >&2", "sh", .. line]) : new ProcessStartInfo(line[0], line[1..]);
        start.UseShellExecute = false;
        start.Environment.Clear();
        foreach (var (name, value) in StepLaunch.Environment)
        {
            start.Environment[name] = value;
        }

        var watch = Stopwatch.StartNew();
        using var process = PlainRun.Start(start);
        var meter = StepMeter.Start(process.Id, [.. Overlay.Roots.Select(Overlay.Strategy.Written)], _limited);
        using (cancellation.Register(() => process.Kill()))
        {
            process.WaitForExit();
        }

        Time = watch.Elapsed;
        var status = _launch.Finish(process.ExitCode);
        cancellation.ThrowIfCancellationRequested();
        if (meter?.Finish() is { } measured)
        {
            Usage = measured.Usage;
            Excess = measured.Excess ?? _limited.ExcessOf(status.ExitCode ?? 0, Unheard, measured.Usage);
        }

        if (Excess is { } excess)
        {
            throw new SandboxException(LimitDiagnostics.Exceeded("the command", excess));
        }

        return status.ExitCode ?? throw new SandboxException(status.FirstProcess is null ? status.Cause ?? HostTrial.Explain(Overlay, tools, status) : status.Failure);
    }

    /// <summary>What was refused to the command; null if it was not traced.</summary>
    public ImmutableArray<Violation>? Seen(bool failed, string? home) => _launch?.Trace() is { } trace ? TraceJudge.Judge(trace, Plan, failed, home) : null;

    /// <summary>The command once more.</summary>
    public Retrial Retrial() => new(_request.Store, [.. Overlay.Roots.Select(static root => root.Path)], Overlay.Strategy, Isolation, Plan, _request.Limits);

    /// <summary>What the command changed.</summary>
    public ChangeSet Collect() => Collector.Collect(Overlay);

    public void Dispose()
    {
        if (!Overlay.IsHeld)
        {
            Overlay.Discard();
        }

        // In this order: the watch takes an overlay whose step is over and that has no owner for that of a dead process.
        _launch?.Dispose();
        _limited.Dispose();
        _turn.Dispose();
        Overlay.Dispose();
    }

    private static SandboxRequest Describe(RunRequest request, Overlay overlay, ToolHost host)
    {
        var roots = overlay.Roots.Select(static root => root.Path).ToImmutableArray();
        var aliases = RootAliases.Of(request.Roots, roots);
        var isInside = roots.Concat(aliases.Keys).Any(root => RealPath.IsAtOrBelow(host.CurrentDirectory, root));
        string?[] needs = [DotnetInstallation.Root, host.Environment.NuGetPackages, ProgramFile(request.Command[0], host)];
        return new(roots, aliases, isInside ? host.CurrentDirectory : roots[0], StepCommand.Program(request.Command), host.Environment)
        {
            Home = host.Environment.Home,
            Paths = request.Paths,
            Layers = request.Layers,
            Needs = [.. needs.OfType<string>()],
            Network = request.Network,
            PassEnvironment = request.PassEnvironment,
            Seen = overlay.Seen,
            Untouchable = Auditing.Audit.Untouchable(overlay, request.Store.StateDirectory, host.Environment),
        };
    }

    /// <summary>Who names a program by its path wants it to be there.</summary>
    private static string? ProgramFile(string program, ToolHost host) => program.Contains('/', StringComparison.Ordinal) && File.Exists(host.Absolute(program)) ? host.Absolute(program) : null;
}
