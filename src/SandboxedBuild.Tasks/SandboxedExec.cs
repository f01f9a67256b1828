using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Build.Framework;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Limits;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tasks;

/// <summary>
/// MSBuild's Exec, whose command runs in a sandbox over an overlay: what it changes reaches the live tree only when it is over, has
/// succeeded, and can be committed whole. Every parameter of Exec means what it means there.
/// </summary>
[MSBuildMultiThreadableTask]
[SuppressMessage("Design", "CA1001", Justification = "MSBuild does not dispose of tasks; a token source without a timer holds nothing that must be freed.")]
public class SandboxedExec : Microsoft.Build.Tasks.Exec
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Complaints _complaints = new();
    private readonly LimitComplaints _limitComplaints = new();
    private SandboxedStep? _step;
    private bool _sandboxFailed;
    private bool _toldOfLimit;
    private bool _endedByItself;
    private bool _readUndeclared;
    private bool _metUnmappedOwner;

    /// <summary>The id of an overlay made by <see cref="OverlayCreate"/>, in which the changes are kept until <see cref="OverlayCommit"/>; by default an overlay of its own.</summary>
    public string? Overlay { get; set; }

    /// <summary>The directories that the command may change; by default SandboxRoot. Not with <see cref="Overlay"/>, which has its own.</summary>
    public ITaskItem[] Roots { get; set; } = [];

    /// <summary>Paths that the command sees in another way than by default, with the metadata Access: ReadOnly, ReadWrite, Hidden or Temporary. Added to <c>@(SandboxPath)</c>.</summary>
    public ITaskItem[] Paths { get; set; } = [];

    /// <summary>
    /// Directories that the command sees merged under the path in their metadata MountPoint; of those for one, the first wins. They come before those of the
    /// overlay, and those before <c>@(SandboxLayer)</c>. What is written there is thrown away with the overlay.
    /// </summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary>None or Host; by default SandboxNetwork.</summary>
    public string? Network { get; set; }

    /// <summary>Names of variables that the command sees besides the usual ones. Added to <c>@(SandboxPassEnvironment)</c>.</summary>
    public ITaskItem[] PassEnvironment { get; set; } = [];

    /// <summary>How much memory all processes of the command may have at once, such as 2G; by default SandboxMemoryLimit. Of all limits the strictest counts.</summary>
    public string? MemoryLimit { get; set; }

    /// <summary>How many processors they may keep busy, such as 1.5; by default SandboxCpuLimit.</summary>
    public string? CpuLimit { get; set; }

    /// <summary>How many processes and threads there may be at once; by default SandboxProcessLimit.</summary>
    public string? ProcessLimit { get; set; }

    /// <summary>How much the command may write to the overlay, such as 10G; by default SandboxDiskLimit.</summary>
    public string? DiskLimit { get; set; }

    /// <summary>How large each file may be that it writes, such as 2G; by default SandboxFileSizeLimit.</summary>
    public string? FileSizeLimit { get; set; }

    /// <summary>How many files each of its processes may have open; by default SandboxOpenFileLimit.</summary>
    public string? OpenFileLimit { get; set; }

    /// <summary>How writes are caught: Auto, Overlay, FuseOverlay, Copy, GitWorktree, Snapshot or None; by default SandboxStrategy. With <see cref="Overlay"/>, that one's or nothing.</summary>
    public string? Strategy { get; set; }

    /// <summary>What surrounds the process: Bubblewrap, Namespaces or None; by default, and with Auto, SandboxIsolation.</summary>
    public string? Isolation { get; set; }

    /// <summary>
    /// When the changes are committed: OnSuccess (default), Always (after a failure too) or Never (held for a later OverlayCommit).
    /// With <see cref="Overlay"/> a step never commits; a failed one rolls the whole overlay back, unless this is Always.
    /// </summary>
    public string? Commit { get; set; }

    /// <summary>Globs, relative to the root, of what is committed; by default everything. The rest is thrown away.</summary>
    public string[] CommitInclude { get; set; } = [];

    /// <summary>Globs of what is not committed but thrown away.</summary>
    public string[] CommitExclude { get; set; } = [];

    /// <summary>Whether new programs keep their setuid and setgid bits, with which they run with their owner's rights; false by default.</summary>
    public bool AllowSetId { get; set; }

    /// <summary>What the command reads: files, and directories with all that is in them, as the target's Inputs. With SandboxUndeclaredInputs the step is held to it; without any it is not, and a warning says so.</summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>Every change, directories too.</summary>
    [Output]
    public ITaskItem[] Changes { get; private set; } = [];

    /// <summary>Files that are new.</summary>
    [Output]
    public ITaskItem[] AddedFiles { get; private set; } = [];

    /// <summary>Files with other contents, or of another type.</summary>
    [Output]
    public ITaskItem[] ModifiedFiles { get; private set; } = [];

    /// <summary>Files that are gone.</summary>
    [Output]
    public ITaskItem[] DeletedFiles { get; private set; } = [];

    /// <summary>Files that have another path; the metadata OldPath has the former.</summary>
    [Output]
    public ITaskItem[] RenamedFiles { get; private set; } = [];

    /// <summary>
    /// What the sandbox refused to a command that failed: the path, host or system call, with the metadata Kind (Write, Protected, Read, Network, Call), Evidence and
    /// Remedy, and where the step was traced SystemCall, Process, CommandLine and Time.
    /// </summary>
    [Output]
    public ITaskItem[] Violations { get; private set; } = [];

    /// <summary>
    /// With SandboxTrackReads, the files of the roots that the command has read and not made itself, with the metadata Root, RelativePath and LinkTarget (the file itself, where a symlink leads to
    /// it); with All those elsewhere too, without the first two.
    /// </summary>
    [Output]
    public ITaskItem[] Reads { get; private set; } = [];

    /// <summary>The id of the overlay that the command ran in.</summary>
    [Output]
    public string OverlayId { get; private set; } = string.Empty;

    /// <summary>Committed, Held, RolledBack or Unchanged.</summary>
    [Output]
    public string Outcome { get; private set; } = string.Empty;

    /// <summary>The command's exit code; -1 when the sandbox failed, whose own exit codes say nothing of the command.</summary>
    [Output]
    public new int ExitCode => _sandboxFailed ? -1 : base.ExitCode;

    /// <inheritdoc/>
    public override bool Execute() => Log.Guard(Run);

    /// <inheritdoc/>
    public override void Cancel()
    {
        _cancellation.Cancel();
        base.Cancel();
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo GetProcessStartInfo(string pathToTool, string commandLineCommands, string responseFileSwitch)
    {
        var start = base.GetProcessStartInfo(pathToTool, commandLineCommands, responseFileSwitch);
        if (_step is not null)
        {
            start = _step.Enter(start, ExecScript.PathIn(commandLineCommands), NamesOf(EnvironmentVariables), _cancellation.Token);
            new[] { _step.IsolationWarning, _step.StrategyWarning }.OfType<Diagnostic>().ToList().ForEach(Log.Report);
        }

        return start;
    }

    /// <inheritdoc/>
    protected override Process StartToolProcess(Process proc)
    {
        using var kept = InheritedDescriptors.KeepBack();
        proc.Exited += (_, _) => _step?.EndRest();
        var started = base.StartToolProcess(proc);
        _step?.Measure(started.Id);
        return started;
    }

    /// <inheritdoc/>
    protected override bool HandleTaskExecutionErrors()
    {
        _endedByItself = _step?.Overlay is null || SandboxHeld(_step);
        return _endedByItself && base.HandleTaskExecutionErrors();
    }

    /// <inheritdoc/>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        _complaints.Hear(singleLine);
        _metUnmappedOwner |= singleLine.Contains("Value too large for defined data type", StringComparison.Ordinal);
        _limitComplaints.Hear(singleLine);
        base.LogEventsFromTextOutput(singleLine, messageImportance);
    }

    private static IEnumerable<string> NamesOf(string[]? variables) => (variables ?? []).Select(static variable => variable.Split('=', 2)[0]);

    private bool Run()
    {
        var settings = ProjectSettings.For(BuildEngine, TaskEnvironment.ProjectDirectory);
        if (!settings.Enabled)
        {
            Log.LogMessage(MessageImportance.High, "SandboxEnabled is false: the command runs as it is, without a sandbox.");
            return base.Execute();
        }

        if (IsolationDiagnostics.WrongSystem(HostSystem.Name) is { } wrong)
        {
            Log.Report(wrong with { IsWarning = settings.OnUnavailable == OnUnavailable.Plain });
            return settings.OnUnavailable == OnUnavailable.Plain && base.Execute();
        }

        var time = Choice.Of("Commit", Commit, CommitTime.OnSuccess);
        var audit = new StepAudit(new(Log, BuildEngine, settings, TaskEnvironment));
        using var step = SandboxedStep.Admit(BuildEngine, Request(settings, time), audit, _cancellation.Token);
        _step = step;
        try
        {
            return Run(step, time, audit);
        }
        catch (Exception e)
        {
            audit.Failed(step, (e as SandboxException)?.Diagnostic, isCancelled: e is OperationCanceledException);
            throw;
        }
    }

    private bool Run(SandboxedStep step, CommitTime time, StepAudit audit)
    {
        var watch = Stopwatch.StartNew();
        var succeeded = base.Execute();
        step.SweepReports.ToList().ForEach(Log.Report);
        step.LayerConflicts.ToList().ForEach(conflict => Log.LogMessage(MessageImportance.High, "{0}", conflict));
        if (step.Overlay is not { } overlay)
        {
            if (step.IsolationWarning is not null)
            {
                TellOf(step, result: null, watch.Elapsed, audit);
            }

            return succeeded;
        }

        var outputs = Declared(Outputs);
        succeeded = KeepsToInputs(step, outputs, Judge(step, overlay, succeeded, watch.Elapsed));
        var result = step.Conclude(succeeded, time, new(new(CommitInclude, CommitExclude), AllowSetId: AllowSetId), outputs);
        result.Warnings.ToList().ForEach(Log.Report);

        if (result.Refusal is { } refusal)
        {
            Log.Report(refusal);
            succeeded = false;
        }

        Give(overlay, result);
        ChangeReport.Log(this, step.Identity.Target, overlay.Id, result.Changes, result.Diffs, result.Outcome, watch.Elapsed);
        TellOf(step, result, watch.Elapsed, audit);
        return succeeded;
    }

    /// <summary>Whether the command ran in its sandbox and succeeded; says what it met, and what was refused to it.</summary>
    private bool Judge(SandboxedStep step, Overlays.Overlay overlay, bool succeeded, TimeSpan time)
    {
        step.Finish(base.ExitCode);

        // One that was cancelled, or ended for its time, has failed of nothing else.
        var held = succeeded ? SandboxHeld(step) : _endedByItself;
        var violations = held ? step.Judge(_complaints, !succeeded, time, _cancellation.Token) : [];
        succeeded = succeeded && held;
        Tell(step, violations, succeeded);
        if (succeeded && LayerWrites.Describe(LayerWrites.Count(overlay)) is { } writes)
        {
            Log.LogMessage(MessageImportance.Normal, "{0}", writes);
        }

        if (!succeeded && _metUnmappedOwner && step.Isolation != Sandboxing.Isolation.None)
        {
            Log.Report(ExecutionDiagnostics.UnmappedOwner(overlay.Roots.Select(static root => root.Path)));
        }

        return succeeded;
    }

    /// <summary>Whether the command, if it succeeded, has read what its Inputs name and nothing else, as far as that is wanted; tells what it has read.</summary>
    private bool KeepsToInputs(SandboxedStep step, DeclaredPaths outputs, bool succeeded)
    {
        Reads = ReadItems.Of(step);
        _readUndeclared = !ReadReport.Log(Log, BuildEngine, step, succeeded, Inputs.Length > 0 ? Declared(Inputs) : null, outputs);
        return succeeded && !_readUndeclared;
    }

    private DeclaredPaths Declared(ITaskItem[]? items) => new([.. (items ?? []).Select(item => (string)TaskEnvironment.GetAbsolutePath(item.ItemSpec))]);

    private void Tell(SandboxedStep step, ImmutableArray<Violation> violations, bool succeeded)
    {
        Violations = ViolationItems.Of(violations);
        violations.ToList().ForEach(violation => SandboxEvents.Violation(BuildEngine, step.Identity, violation));
        ViolationDiagnostics.All(Refused.StepOf(step.Identity.Target), violations, failed: !succeeded).ToList().ForEach(Log.Report);
    }

    private void Give(Overlays.Overlay overlay, StepResult result)
    {
        OverlayId = overlay.Id;
        Outcome = result.Outcome.ToString();
        Changes = ChangeItems.Items(result.Changes);
        AddedFiles = ChangeItems.Files(result.Changes, ChangeKind.Added);
        ModifiedFiles = ChangeItems.Files(result.Changes, ChangeKind.Modified);
        DeletedFiles = ChangeItems.Files(result.Changes, ChangeKind.Deleted);
        RenamedFiles = ChangeItems.Files(result.Changes, ChangeKind.Renamed);
    }

    private StepRequest Request(SandboxSettings settings, CommitTime time) =>
        new(
            settings with { Isolation = Choice.OrAuto("Isolation", Isolation, settings.Isolation) },
            TaskEnvironment,
            Overlay,
            [.. Roots.Select(root => (string)TaskEnvironment.GetAbsolutePath(root.ItemSpec))],
            Strategies.Strategy.Parse("Strategy", Strategy) is null && string.IsNullOrWhiteSpace(Strategy) ? null : Strategy,
            AccessAskedFor(settings),
            Command,
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(WorkingDirectory ?? string.Empty, TaskEnvironment.ProjectDirectory)),
            UseCommandProcessor || !string.IsNullOrEmpty(ToolPath) || ToolExe != ToolName ? Path.Combine(ToolPath ?? string.Empty, ToolExe) : null,
            [.. EnvironmentVariables ?? []],
            EchoOff)
        {
            NeedsWayBack =
            [
                .. time == CommitTime.Never ? ["Commit=\"Never\""] : Array.Empty<string>(),
                .. CommitInclude.Length + CommitExclude.Length > 0 ? ["CommitInclude or CommitExclude"] : Array.Empty<string>(),
                .. settings.Undeclared is UndeclaredChanges.Discard or UndeclaredChanges.Error ? [$"SandboxUndeclaredChanges={settings.Undeclared}"] : Array.Empty<string>(),
            ],
        };

    private void TellOf(SandboxedStep step, StepResult? result, TimeSpan time, StepAudit audit)
    {
        Log.LogMessage(MessageImportance.Low, "{0} used: {1}", step.Identity.Target, step.Usage?.Describe() ?? "unknown");
        var data = StepData.Of(step, result?.Outcome, base.ExitCode, WhyFailed(step), time);
        SandboxEvents.Step(BuildEngine, data);
        audit.Concluded(step, data, result);
    }

    private StepFailure? WhyFailed(SandboxedStep step) =>
        _toldOfLimit ? StepFailure.Limit
        : _sandboxFailed ? StepFailure.Sandbox
        : _readUndeclared ? StepFailure.Undeclared
        : base.ExitCode == 0 ? null
        : step.Overlay is not null && !_endedByItself ? StepFailure.Ended
        : Violations.Length > 0 ? StepFailure.Refused
        : StepFailure.Command;

    private StepAccess AccessAskedFor(SandboxSettings settings)
    {
        var network = Choice.Of("Network", Network, settings.Network);
        return new(
            network,
            [.. settings.Paths, .. Paths.Select(path => path.ToSandboxPath(TaskEnvironment))],
            [.. settings.PassEnvironment, .. PassEnvironment.Select(static name => name.ItemSpec)])
        {
            Layers = [.. Layers.Select(layer => layer.ToSandboxLayer(TaskEnvironment)), .. LayersOfOverlay(settings), .. settings.Layers],
            RefusesNetwork = !string.IsNullOrWhiteSpace(Network) && network == NetworkAccess.None,
            Limits = settings.Limits.And(new LimitTexts(MemoryLimit, CpuLimit, ProcessLimit, DiskLimit, FileSizeLimit, OpenFileLimit, Time: null).Read(static key => $"{key}Limit")),
        };
    }

    private ImmutableArray<SandboxLayer> LayersOfOverlay(SandboxSettings settings) =>
        string.IsNullOrEmpty(Overlay) ? [] : OverlayLayers.Of(BuildOverlays.Find(BuildEngine, Overlay, new(TaskEnvironment.ToCaller(), settings.StateDirectory)));

    /// <summary>Whether the command ran, within its limits, and ended by itself; says so when it did not.</summary>
    private bool SandboxHeld(SandboxedStep step)
    {
        if (_sandboxFailed || _toldOfLimit)
        {
            return false;
        }

        var status = step.Finish(base.ExitCode);
        if (step.ExcessOf(base.ExitCode, _limitComplaints) is { } excess)
        {
            _toldOfLimit = true;
            Log.Report(LimitDiagnostics.Exceeded($"the step of target {step.Identity.Target}", excess));
            return false;
        }

        if (status.ExitCode is not null)
        {
            return true;
        }

        _sandboxFailed = true;
        Log.Report(status.Failure);
        return false;
    }
}
