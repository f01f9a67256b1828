using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Limits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// An overlay in which a test runs steps, and out of which it commits: tools, trial, plan, launch, collection and commit are the real ones.
/// </summary>
internal sealed class Sandbox : IDisposable
{
    /// <summary>The strategy of tests that name none: SANDBOXEDBUILD_TEST_STRATEGY, so that the suite runs over another one.</summary>
    private static readonly Strategy Usual = Strategy.Named(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_TEST_STRATEGY") ?? string.Empty) ?? Strategy.Overlay;

    /// <summary>Longer, by a factor, where a machine is known to be slow.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(30 * (int.TryParse(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_TEST_SLOWNESS"), CultureInfo.InvariantCulture, out var slowness) ? slowness : 1));
    private readonly OverlayStore _store;
    private readonly IDisposable _turn;

    private Sandbox(OverlayStore store, ImmutableArray<string> roots, Strategy? strategy)
    {
        _store = store;
        if ((strategy ?? Usual) == Strategy.GitWorktree)
        {
            roots.ToList().ForEach(PlantedRepository.In);
        }

        Overlay = store.Create(roots, strategy: strategy ?? Usual);
        _turn = Overlay.TakeTurn(CancellationToken.None);
    }

    public Overlay Overlay { get; }

    /// <summary>What surrounds its steps; the suite can be run with each.</summary>
    public Isolation Isolation { get; private set; } = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_TEST_ISOLATION") is { Length: > 0 } isolation ? Enum.Parse<Isolation>(isolation) : Isolation.Bubblewrap;

    /// <summary>The same overlay, whose steps are surrounded so.</summary>
    public Sandbox In(Isolation isolation)
    {
        Isolation = isolation;
        return this;
    }

    /// <summary>What differs now.</summary>
    public ChangeSet Changes => Collector.Collect(Overlay);

    /// <summary>What is told to people, a line a change.</summary>
    public string Reported => ChangeText.Of(Changes.Reported);

    /// <summary>An overlay of a tree, whose state and home are beside it.</summary>
    public static Sandbox Over(TemporaryTree tree, Strategy? strategy = null) => Over(strategy, tree.Beside("state"), tree.Root);

    /// <summary>An overlay of these roots; a home is made beside the state.</summary>
    public static Sandbox Over(string state, params string[] roots) => Over(strategy: null, state, roots);

    /// <summary>The same by a strategy.</summary>
    public static Sandbox Over(Strategy? strategy, string state, params string[] roots) => new(StoreAt(state), [.. roots], strategy);

    /// <summary>The store of those overlays.</summary>
    public static OverlayStore StoreAt(string state)
    {
        if (StateElsewhere is { } parent && !Path.Exists(state))
        {
            File.CreateSymbolicLink(state, Directory.CreateDirectory(Path.Combine(parent, Guid.NewGuid().ToString("N"))).FullName);
        }

        return new(Callers.At(Directory.CreateDirectory(state + "-home").FullName), state);
    }

    /// <summary>Where all states are kept, and what is named instead leads there: SANDBOXEDBUILD_TEST_STATE, for filesystems that cannot hold them.</summary>
    public static string? StateElsewhere { get; } = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_TEST_STATE") is { Length: > 0 } parent ? parent : null;

    /// <summary>An overlay of these roots, kept where the store says.</summary>
    public static Sandbox Over(OverlayStore store, params string[] roots) => new(store, [.. roots], strategy: null);

    /// <summary>The same by a strategy.</summary>
    public static Sandbox Over(Strategy? strategy, OverlayStore store, params string[] roots) => new(store, [.. roots], strategy);

    /// <summary>Runs a step in a tree and commits all that it did.</summary>
    public static CommitResult RunAndCommit(TemporaryTree tree, string script, Strategy? strategy = null)
    {
        using var sandbox = Over(tree, strategy);
        sandbox.Run(script).ShouldSucceed();
        return sandbox.Commit();
    }

    /// <summary>Runs a script of sh in the first root.</summary>
    public StepOutcome Run(string script, Func<SandboxRequest, SandboxRequest>? change = null) => RunProgram(["/bin/sh", "-c", script], change);

    /// <summary>Runs a program in the first root.</summary>
    public StepOutcome RunProgram(string[] command, Func<SandboxRequest, SandboxRequest>? change = null, string[]? around = null, LimitedStep? limited = null)
    {
        var request = Request(command);
        return RunPlan(PlanBuilder.Build(change?.Invoke(request) ?? request), around, limited);
    }

    /// <summary>Runs what a plan says.</summary>
    public StepOutcome RunPlan(SandboxPlan plan, string[]? around = null, LimitedStep? limited = null, Tracer? tracer = null)
    {
        var start = Prepare(plan, out var launch, around, limited, tracer);
        using var running = launch;
        using var process = Start(start);
        var meter = StepMeter.Start(process.Id, [.. Overlay.Roots.Select(Overlay.Strategy.Written)], limited ?? LimitedStep.None);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!Task.WaitAll([output, error], LongestStep))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the step did not end: {string.Join(' ', plan.Command)}");
        }

        process.WaitForExit();
        var status = launch.Finish(process.ExitCode);
        var measured = meter?.Finish();
        var complaints = new LimitComplaints();
        complaints.Hear(error.Result);
        return new(status, output.Result, error.Result) { Usage = measured?.Usage, Excess = measured?.Excess ?? limited?.ExcessOf(status.ExitCode ?? 0, complaints, measured?.Usage), Trace = launch.Trace() };
    }

    /// <summary>Starts a step, without what this process itself was started with.</summary>
    private static Process Start(ProcessStartInfo start)
    {
        using var kept = SandboxedBuild.Interop.InheritedDescriptors.KeepBack();
        return Process.Start(start)!;
    }

    /// <summary>How a program of the first root is started.</summary>
    public ProcessStartInfo Prepare(string[] command, Func<SandboxRequest, SandboxRequest>? change, out StepLaunch launch, LimitedStep? limited = null, Tracer? tracer = null)
    {
        var request = Request(command);
        return Prepare(PlanBuilder.Build(change?.Invoke(request) ?? request), out launch, around: null, limited, tracer);
    }

    private ProcessStartInfo Prepare(SandboxPlan plan, out StepLaunch launch, string[]? around, LimitedStep? limited, Tracer? tracer = null)
    {
        var tools = HostTools.Find(Isolation, _store.Environment);
        HostTrial.Require(Overlay, tools, _store.Environment);
        launch = StepLaunch.Prepare(plan, Overlay, tools, limited, tracer);
        string[] line = [.. around ?? [], launch.Program, .. launch.Arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
        };
        start.Environment.Clear();
        foreach (var (name, value) in StepLaunch.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public SandboxRequest Request(string[] command) => new(
        [.. Overlay.Roots.Select(static root => root.Path)],
        ImmutableDictionary<string, string>.Empty,
        Overlay.Roots[0].Path,
        StepCommand.Program(command),
        _store.Environment)
    {
        Home = _store.Environment.Home,
        Seen = Overlay.Seen,
        Untouchable = [Path.GetDirectoryName(Overlay.Directory)!],
    };

    public CommitResult Commit(CommitRequest? request = null) => SandboxedBuild.Commits.Commit.Run(Overlay, Changes, request ?? CommitRequest.Everything);

    /// <summary>What a commit that must not succeed says.</summary>
    public Diagnostic CommitRefused(CommitRequest? request = null) => Refusal.Of(() => Commit(request));

    /// <summary>Goes as a process does that is killed: what there is stays.</summary>
    public void Abandon()
    {
        _turn.Dispose();
        Overlay.Dispose();
    }

    public void Dispose()
    {
        Overlay.Discard();
        _turn.Dispose();
        Overlay.Dispose();
    }
}
