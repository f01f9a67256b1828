using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Build.Framework;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Limits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tracing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tasks;

/// <summary>
/// One step on its way: admitted, entered, finished, concluded. Whatever goes wrong on the way, disposing it throws its own overlay
/// away, so that nothing is left.
/// </summary>
internal sealed class SandboxedStep : IDisposable
{
    private readonly IBuildEngine _engine;
    private readonly Policy _policy;
    private readonly ImmutableArray<string> _packageFolders;
    private StepRequest _request;
    private IDisposable? _turn;
    private SandboxPlan? _plan;
    private StepTracing? _tracing;
    private SecondRun? _second;
    private StepLaunch? _launch;
    private StepMeter? _meter;
    private LimitedStep _limited = LimitedStep.None;
    private StepConclusion? _conclusion;

    private SandboxedStep(IBuildEngine engine, StepRequest request, StepIdentity identity, Policy policy, Admission admission, ImmutableArray<string> packageFolders)
    {
        _engine = engine;
        _request = request;
        Identity = identity;
        _policy = policy;
        Admission = admission;
        _packageFolders = packageFolders;
    }

    /// <summary>Who asks.</summary>
    public StepIdentity Identity { get; }

    /// <summary>Why the step may run.</summary>
    public Admission Admission { get; }

    /// <summary>The settings of its project, as it changes them.</summary>
    public SandboxSettings Settings => _request.Settings;

    /// <summary>What it gets beyond the default view.</summary>
    public StepAccess Access => _request.Access;

    /// <summary>What surrounds the command.</summary>
    public Isolation Isolation { get; private set; }

    /// <summary>Why its writes are caught as they are; null in a shared overlay, whose task has said so.</summary>
    public string? StrategyReason { get; private set; }

    /// <summary>What the sandbox says of the command; null before it is over.</summary>
    public StepStatus? Status { get; private set; }

    /// <summary>The overlay that the command runs in; null until it is entered, and where nothing surrounds it and it cannot be told what it changes.</summary>
    public Overlay? Overlay { get; private set; }

    /// <summary>What the command used; null before it is over, and of one that ended before it could be measured.</summary>
    public StepUsage? Usage { get; private set; }

    /// <summary>The limit that it went beyond; null without one.</summary>
    public Excess? Excess { get; private set; }

    /// <summary>What was refused to the command, once it is judged.</summary>
    public ImmutableArray<Violation> Violations { get; private set; } = [];

    /// <summary>What the command has read, once it is judged; null where nobody wants to know.</summary>
    public StepReads? Reads { get; private set; }

    /// <summary>What an earlier build left that could not be put right.</summary>
    public ImmutableArray<Diagnostic> SweepReports { get; private set; } = [];

    /// <summary>What the step's layers hide of one another, if that was asked for: a line each.</summary>
    public ImmutableArray<string> LayerConflicts { get; private set; } = [];

    /// <summary>What is to be told of what surrounds the command; null for nothing.</summary>
    public Diagnostic? IsolationWarning { get; private set; }

    /// <summary>What is to be told of how its writes are caught; null for nothing.</summary>
    public Diagnostic? StrategyWarning { get; private set; }

    /// <summary>What of the step's changes is protected besides the usual paths.</summary>
    private ProtectionNote Note => StepProtection.NoteFor(_policy, Identity);

    private bool IsShared => _request.IsShared;

    /// <summary>Asks the policy, and a person where it has no answer and there is one (<c>dotnet sandbox build</c>).</summary>
    /// <param name="engine">Where what was decided is told.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="audit">Where a denied step is written down.</param>
    /// <param name="cancellation">Ends the wait for an answer.</param>
    /// <exception cref="SandboxException">Nothing admits the step, or it asks for more than its rule grants.</exception>
    public static SandboxedStep Admit(IBuildEngine engine, StepRequest request, StepAudit audit, CancellationToken cancellation)
    {
        var caller = request.Environment.ToCaller();
        var settings = request.Settings;
        var packageFolders = PackageFolders.Of(settings.PackageFolders, caller);
        var roots = request.IsShared ? [.. BuildOverlays.Find(engine, request.Overlay, new(caller, settings.StateDirectory)).Roots.Select(static root => root.Path)]
            : request.Roots.IsEmpty ? [settings.Root]
            : request.Roots;
        var identity = StepProtection.StepOf(engine, packageFolders) with
        {
            Project = request.Environment.ProjectDirectory,
            Command = request.Command,
            HidesCommand = request.HidesCommand,
            Variables = request.Variables,
            Particulars = StepParticulars.Of(request, roots),
            Obscured = StepParticulars.WhyObscured(request, roots, packageFolders),
            IsShared = request.IsShared,
            Roots = roots,
            HasPrograms = caller.HasProgramsOutside(roots),
        };
        var view = DefaultView.OfHost(roots, caller.Home, NeededBy(packageFolders));
        Func<GateQuestion, GateAnswer>? person = caller.Value(GateSocket.Variable) is { Length: > 0 } socket ? question => GateSocket.Ask(socket, question, cancellation) : null;
        try
        {
            var policy = Policy.For(request.Environment.ProjectDirectory, settings.PolicyFile, settings.Root, caller);
            var (admission, access) = Gate.Admit(policy, identity, request.Access, settings.Confirm, view, caller, person);
            SandboxEvents.Gate(engine, identity, admission, access);
            return new(engine, request with { Access = access }, identity, policy, admission, packageFolders);
        }
        catch (SandboxException e)
        {
            SandboxEvents.Denied(engine, identity, request.Access, e.Diagnostic);
            audit.Denied(identity, request.Access, e.Diagnostic);
            throw;
        }
    }

    /// <summary>Makes the sandbox ready and turns the command's start into the sandbox's.</summary>
    /// <param name="start">How MSBuild would start the command.</param>
    /// <param name="script">The script that holds it.</param>
    /// <param name="named">Variables that the task itself sets.</param>
    /// <param name="cancellation">Ends the wait for other steps of a shared overlay.</param>
    public ProcessStartInfo Enter(ProcessStartInfo start, string script, IEnumerable<string> named, CancellationToken cancellation)
    {
        try
        {
            var caller = _request.Environment.ToCaller();
            var store = new OverlayStore(caller, _request.Settings.StateDirectory) { Progress = new ProgressMessages(_engine).Tell };
            var given = _request.Roots.IsEmpty ? [_request.Settings.Root] : _request.Roots;
            var isolation = IsShared ? Attach(store, caller, cancellation) : Make(store, given, cancellation);
            IsolationWarning = isolation.Warning;
            if (isolation.Tools is not { } tools || Overlay is null)
            {
                if (Overlay is not null)
                {
                    PlainStep.Begin(Overlay, start.Environment);
                }

                return start;
            }

            if (Overlay.AwaitsReviewOf is not null)
            {
                // It may obey what nobody has looked at yet.
                _request = _request with { Access = Gate.Strictest(_request.Access, DefaultView.OfHost([.. Overlay.Roots.Select(static root => root.Path)], caller.Home, NeededBy(_packageFolders))) };
            }

            var plan = PlanBuilder.Build(Request(Overlay, given, start, script, named));
            LayerConflicts = _request.Settings.ListLayerConflicts ? [.. plan.Mounts.OfType<LayerMount>().SelectMany(static mount => Sandboxing.LayerConflicts.In(mount).Select(conflict => $"{mount.Destination}: {conflict}"))] : [];
            _plan = plan;
            _tracing = StepTracing.Of(_request.Settings, caller, Overlay);
            _second = _tracing is not { Tracer: { } tracer, Running: null } ? null : new(_engine, store, Identity.Target, Overlay, plan, Isolation, tracer, script, File.ReadAllBytes(script));
            _limited = LimitedStep.Prepare(_request.Access.Limits, plan.Identity);
            _launch = StepLaunch.Prepare(plan, Overlay, tools, _limited, _tracing.Running);
            return RedirectedStart.To(_launch, start);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // MSBuild would log these with a stack trace.
            throw new SandboxException(ExecutionDiagnostics.HostFailed(e.Message));
        }
    }

    /// <summary>The command was started, as this process.</summary>
    public void Measure(int process) => _meter = _launch is null ? null : StepMeter.Start(process, [.. Overlay!.Roots.Select(Overlay.Strategy.Written)], _limited);

    /// <summary>The program has ended: what is left of the step may hold its output, which MSBuild reads to the end.</summary>
    public void EndRest()
    {
        try
        {
            _launch?.End();
        }
        catch (Exception e) when (e is SandboxException or IOException or UnauthorizedAccessException)
        {
            // Whoever finishes the step meets it again, and says so.
        }
    }

    /// <summary>What the sandbox says of the command, once nothing of it runs any more.</summary>
    public StepStatus Finish(int exitCode)
    {
        if (Status is null && _launch is null)
        {
            PlainStep.End(Overlay!);
        }

        Status ??= _launch?.Finish(exitCode) ?? new(exitCode, FirstProcess: null, Errors: string.Empty);
        if (Usage is null && _meter is not null)
        {
            (Usage, Excess) = _meter.Finish();
        }

        return Status;
    }

    /// <summary>The limit that the command went beyond; null without one.</summary>
    /// <param name="exitCode">With which it has ended.</param>
    /// <param name="complaints">What it has said of limits.</param>
    public Excess? ExcessOf(int exitCode, LimitComplaints complaints) => Excess ??= _limited.ExcessOf(exitCode, complaints, Usage);

    /// <summary>What the sandbox has refused: what a failed command complains of, and what was seen where it is traced.</summary>
    /// <param name="complaints">What the command has printed.</param>
    /// <param name="failed">Whether it has failed.</param>
    /// <param name="time">How long it took.</param>
    /// <param name="cancellation">Ends a second run.</param>
    public ImmutableArray<Violation> Judge(Complaints complaints, bool failed, TimeSpan time, CancellationToken cancellation)
    {
        if (_plan is null)
        {
            return [];
        }

        var trace = _launch!.Trace();
        Reads = trace?.Files is { } files ? StepReads.Of(files, _plan, isAsBefore: !Overlay!.Strategy.IsInPlace) : null;
        var seen = _tracing!.Judge(trace, _plan, failed, Home, () => _second?.Run(IsShared, _request.Access.Limits, time, cancellation) ?? []);
        var violations = HeardAndSeen.Of(failed ? complaints.Judge(_plan) : [], seen);
        return Violations = Identity.HidesCommand ? [.. violations.Select(static violation => violation.WithoutCommandLine())] : violations;
    }

    /// <summary>Commits, holds or throws away what the command changed.</summary>
    public StepResult Conclude(bool succeeded, CommitTime time, CommitRequest request, DeclaredPaths outputs)
    {
        _conclusion = new(_engine, _request, Identity.Target, Admission, Note, Overlay!);
        return _conclusion.Reach(succeeded, time, request, outputs);
    }

    private string? Home => _request.Environment.ToCaller().Home;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsShared && _conclusion is not { Keeps: true } && Overlay is { IsHeld: false })
        {
            BuildOverlays.DiscardSoon(_engine, Overlay);
        }

        // In this order: the watch takes an overlay whose step is over and that has no owner for that of a dead build.
        _launch?.Dispose();
        _limited.Dispose();
        _turn?.Dispose();
        if (!IsShared)
        {
            Overlay?.Dispose();
        }
        else if (Overlay is not null)
        {
            Overlay.Progress = null;
        }
    }

    /// <summary>Enters the overlay that the step shares with others.</summary>
    private ChosenIsolation Attach(OverlayStore store, CallerEnvironment caller, CancellationToken cancellation)
    {
        Overlay = BuildOverlays.Find(_engine, _request.Overlay!, store);
        Overlay.Progress = store.Progress;
        _turn = Overlay.TakeTurn(cancellation);
        var isolation = ChosenIsolation.For(_request.Settings.Isolation, _request.Settings.OnUnavailable, Overlay, caller, [_request.Settings.Root, .. Overlay.Roots.Select(static root => root.Path)]);
        Isolation = isolation.Isolation;
        if (isolation.Tools is not null)
        {
            RequireStrategyOf(Overlay);
            RequireWayBack(Overlay.Strategy);
            return isolation;
        }

        RequireNothingToCatch(isolation.Warning!);
        return !Overlay.Strategy.HasWayBack ? isolation
            : throw new SandboxException(IsolationDiagnostics.NeedsSandbox($"the step of target {Identity.Target} is to leave its changes in the overlay {Overlay.Id}, for a commit with those of other steps", isolation.Warning!));
    }

    /// <summary>Makes an overlay for the step alone.</summary>
    private ChosenIsolation Make(OverlayStore store, ImmutableArray<string> given, CancellationToken cancellation)
    {
        SweepReports = store.Sweep(given);
        var wanted = _request.Strategy is { } name ? Strategy.Parse("Strategy", name) : _request.Settings.Strategy;
        if (_request.Settings.Isolation != Isolation.None)
        {
            RequireWayBack(wanted);
        }

        var isolation = ChosenIsolation.For(_request.Settings.Isolation, _request.Settings.OnUnavailable, kind =>
        {
            var chosen = ChosenOverlay.Create(store, given, _request.Settings.Root, wanted, kind, [_request.Settings.Root], cancellation);
            (Overlay, StrategyReason) = (chosen.Overlay, chosen.Reason);
            _engine.LogMessageEvent(new BuildMessageEventArgs($"Writes are caught by the strategy {chosen.Reason}.", null, "SandboxedBuild", MessageImportance.Low));
            _turn = Overlay.TakeTurn(cancellation);
            return chosen.Tools;
        });
        Isolation = isolation.Isolation;
        if (isolation.Tools is not null)
        {
            return isolation;
        }

        RequireNothingToCatch(isolation.Warning!);
        (Overlay, var warning) = PlainStep.Enter(store, given, _request.Settings.Root, wanted, isolation.Warning!, cancellation);
        (StrategyWarning, StrategyReason) = (null, Overlay is null ? null : $"{Overlay.Strategy}, for nothing surrounds the command");
        _turn = Overlay?.TakeTurn(cancellation);
        return isolation with { Warning = warning };
    }

    /// <summary>Refuses what this way to catch writes cannot do, before anything is written.</summary>
    private void RequireWayBack(Strategy? strategy)
    {
        if (strategy is { HasWayBack: false })
        {
            StrategyWarning = AskedFor is { } asked ? throw new SandboxException(InPlaceDiagnostics.CannotGoBack($"do what {asked} asks for")) : InPlaceDiagnostics.NoneAskedFor();
        }
    }

    /// <summary>Refuses what cannot be done of a command that nothing surrounds, before it runs.</summary>
    private void RequireNothingToCatch(Diagnostic warning)
    {
        if (AskedFor is { } asked)
        {
            throw new SandboxException(IsolationDiagnostics.NeedsSandbox($"{asked} asks for the changes of the step of target {Identity.Target} to be caught", warning));
        }
    }

    /// <summary>What takes a way back to how it was before the step; null for nothing.</summary>
    private string? AskedFor =>
        (Admission.Reason == AdmissionReason.Hold ? _request.NeedsWayBack.Add("SandboxConfirm=Hold") : _request.NeedsWayBack) is { IsEmpty: false } asked ? string.Join(", ", asked) : null;

    private void RequireStrategyOf(Overlay overlay)
    {
        if (_request.Strategy is { } named && Strategy.Parse("Strategy", named) is { } strategy && strategy != overlay.Strategy)
        {
            throw new SandboxException(InputDiagnostics.InvalidValue("Strategy", named, [$"{overlay.Strategy}, the one of the overlay {overlay.Id}"]));
        }
    }

    /// <summary>What every step of a build sees besides the system.</summary>
    private static ImmutableArray<string> NeededBy(ImmutableArray<string> packageFolders) => [.. new[] { DotnetInstallation.Root }.OfType<string>(), .. packageFolders];

    private SandboxRequest Request(Overlay overlay, ImmutableArray<string> given, ProcessStartInfo start, string script, IEnumerable<string> named)
    {
        var caller = _request.Environment.ToCaller();
        var roots = overlay.Roots.Select(static root => root.Path).ToImmutableArray();
        var variables = start.Environment.Where(static pair => pair.Value is not null).ToImmutableDictionary(static pair => pair.Key, static pair => pair.Value!, StringComparer.Ordinal);
        return new(roots, RootAliases.Of(given, roots), Path.GetFullPath(start.WorkingDirectory, _request.Environment.ProjectDirectory), StepCommand.Script(start.FileName, script), new(variables))
        {
            Home = caller.Home,
            Paths = [.. PackageFolders.Protect(_packageFolders, roots), .. _request.Access.Paths],
            Layers = _request.Access.Layers,
            Needs = [script, .. NeededBy(_packageFolders)],
            Network = _request.Access.Network,
            PassEnvironment = [.. _request.Access.Environment, .. named],
            Seen = overlay.Seen,
            Granted = StepProtection.Granted(Admission.Grants.Protected),
            Untouchable = Auditing.Audit.Untouchable(overlay, _request.Settings.StateDirectory, caller),
        };
    }
}
