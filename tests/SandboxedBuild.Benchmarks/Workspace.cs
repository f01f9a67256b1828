using System.Collections.Immutable;
using System.Diagnostics;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Limits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Benchmarks;

/// <summary>A root and a place for overlays, both in one directory, removed at the end.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly string _directory;

    /// <param name="parent">On whose filesystem it is; the current directory if null.</param>
    public Workspace(string? parent = null)
    {
        _directory = Path.Combine(parent ?? Directory.GetCurrentDirectory(), $".benchmark-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Root);
    }

    public static CallerEnvironment Caller { get; } = new(ImmutableDictionary<string, string>.Empty.Add("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").Add("HOME", "/nonexistent"));

    public string Root => Path.Combine(_directory, "root");

    /// <summary>What steps see besides the root.</summary>
    public ImmutableArray<SandboxLayer> Layers { get; set; } = [];

    public string PathOf(string name) => Path.Combine(_directory, name);

    public string State => Path.Combine(_directory, "state");

    public BubblewrapTools Tools { get; } = (BubblewrapTools)HostTools.Find(Isolation.Bubblewrap, Caller);

    public Overlay CreateOverlay(Strategy? strategy = null) => new OverlayStore(Caller, State).Create([Root], strategy: strategy);

    /// <summary>How many files of the root the last step has read, if that is kept.</summary>
    public int Reads { get; private set; }

    /// <summary>What looks at steps, if something does.</summary>
    public Tracer? Tracer { get; set; }

    public StepLaunch Prepare(Overlay overlay, string script) => StepLaunch.Prepare(Plan(script), overlay, Tools, tracer: Tracer);

    private SandboxPlan Plan(string script)
    {
        var request = new SandboxRequest([Root], ImmutableDictionary<string, string>.Empty, Root, StepCommand.Program(["sh", "-c", script]), Caller) { Layers = Layers };
        return PlanBuilder.Build(request);
    }

    /// <summary>Finds the programs and tries whether they set up a sandbox, as the first step of a process does; once for each number, for what is known is not looked at again.</summary>
    public static void Probe(Overlay overlay, int number)
    {
        var environment = new CallerEnvironment(Caller.Variables.SetItem("PATH", $"{Caller.Value("PATH")}:/nonexistent/{number}"));
        var tools = (BubblewrapTools)HostTools.Find(Isolation.Bubblewrap, environment, overlay.Roots[0].Path);
        HostTrial.Require(overlay, tools with { Lock = string.Concat(Enumerable.Repeat("/.", number)) + tools.Lock }, environment);
    }

    /// <summary>Runs a script as a step, and gives its changes.</summary>
    public ChangeSet Run(Overlay overlay, string script, bool measured = true)
    {
        using var turn = overlay.TakeTurn(CancellationToken.None);
        using var launch = Prepare(overlay, script);
        Start(launch.Program, launch.Arguments, measured ? [.. overlay.Roots.Select(static root => root.Upper)] : null);
        Reads = launch.Finish(0).ExitCode == 0 && launch.Trace()?.Files is { } files ? StepReads.Of(files, Plan(script), isAsBefore: true).Files.Length : 0;
        return launch.Finish(0).ExitCode == 0 ? Collector.Collect(overlay) : throw new InvalidOperationException(launch.Finish(0).Errors);
    }

    /// <summary>A whole step: overlay, run, collect, commit, removal.</summary>
    public void Step(string script, bool measured = true)
    {
        using var overlay = CreateOverlay();
        var changes = Run(overlay, script, measured);
        Commit.Run(overlay, changes, CommitRequest.Everything);
        overlay.DiscardSoon();
    }

    public void Shell(string script) => Start("/bin/sh", ["-c", $"cd '{_directory}' && {script}"]);

    public static void Start(string program, IEnumerable<string> arguments, ImmutableArray<string>? measured = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        var meter = measured is { } uppers ? StepMeter.Start(process.Id, uppers, LimitedStep.None) : null;
        process.WaitForExit();
        meter?.Finish();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} exited with {process.ExitCode}");
        }
    }

    public void Dispose()
    {
        Removals.Wait();
        Start("/bin/rm", ["-rf", _directory]);
    }
}
