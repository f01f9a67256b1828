using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Limits;

/// <summary>Measures a step while it runs, on a thread of its own that sleeps nearly all the time, and ends it when it goes beyond a limit.</summary>
public sealed class StepMeter
{
    /// <summary>The first look; most steps are over before.</summary>
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(30);

    /// <summary>Each pause is longer than the one before, up to this.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(250);

    /// <summary>The same where a look is what keeps a limit.</summary>
    private static readonly TimeSpan s_longestWithLimits = TimeSpan.FromMilliseconds(50);

    private readonly int _process;
    private readonly ImmutableArray<string> _uppers;
    private readonly LimitedStep _limited;
    private readonly long _writtenBefore;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Thread _thread;
    private TimeSpan _elapsed;
    private TimeSpan? _cpu;
    private long _roughPeak;
    private long? _peak;
    private int? _openFiles;
    private Excess? _excess;

    private StepMeter(int process, Descriptor running, ImmutableArray<string> uppers, LimitedStep limited)
    {
        _process = process;
        _uppers = uppers;
        _limited = limited;
        _writtenBefore = limited.Limits.Disk is null ? 0 : OverlayUse.Of(uppers, isRunning: true).Bytes;
        _thread = new(() => Watch(running), maxStackSize: 256 * 1024) { IsBackground = true, Name = "SandboxedBuild meter" };
        _thread.Start();
    }

    /// <summary>Begins with a process that has just been started; null when it has ended already.</summary>
    /// <param name="process">The first of the step, a child of this one.</param>
    /// <param name="uppers">Where the overlay keeps what the step writes.</param>
    /// <param name="limited">The limits.</param>
    public static StepMeter? Start(int process, ImmutableArray<string> uppers, LimitedStep limited) =>
        ProcessEnd.TryOpen(process) is { } running ? new(process, running, uppers, limited) : null;

    /// <summary>What was used, and the limit that was too low for that, once the step is over.</summary>
    public (StepUsage Usage, Excess? Excess) Finish()
    {
        _thread.Join();
        var overlay = OverlayUse.Of(_uppers, isRunning: false);
        Check(overlay.Bytes - _writtenBefore);
        CheckGroup();
        var group = _limited.Group;
        TimeSpan? cpu = group?.Read("cpu.stat", "usage_usec") is { } microseconds ? TimeSpan.FromMicroseconds((double)microseconds) : null;
        var memory = group?.Read("memory.peak");
        return (new(_elapsed, cpu ?? _cpu, Source(cpu, _cpu), memory ?? _peak, Source(memory, _peak), overlay) { MostOpenFiles = _openFiles }, _excess);
    }

    private static UsageSource? Source<T>(T? counted, T? sampled)
        where T : struct => counted is not null ? UsageSource.ControlGroup : sampled is not null ? UsageSource.Samples : null;

    private void Watch(Descriptor running)
    {
        using (running)
        {
            var longest = _limited == LimitedStep.None ? s_longest : s_longestWithLimits;
            for (var pause = s_first; !ProcessEnd.WaitFor(running, Until(pause)); pause = pause * 1.5 < longest ? pause * 1.5 : longest)
            {
                // Looking takes time, too: on a slow machine, or where there is much to look at, it is done less often.
                var look = Stopwatch.StartNew();
                Sample();
                if (_excess is not null)
                {
                    End();
                }

                longest = longest > 10 * look.Elapsed ? longest : 10 * look.Elapsed;
            }
        }

        _elapsed = _clock.Elapsed;
    }

    /// <summary>A pause that does not go beyond the limit of time.</summary>
    private TimeSpan Until(TimeSpan pause) =>
        _excess is null && _limited.Limits.Time is { } limit && limit - _clock.Elapsed is var left && left < pause ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) + TimeSpan.FromMilliseconds(1) : pause;

    private void Sample()
    {
        var tree = ProcessTree.Of(_process);
        var cpu = ProcessTree.Cpu(tree);
        _cpu = _cpu > cpu ? _cpu : cpu;
        SampleMemory(tree);
        if (_limited == LimitedStep.None)
        {
            return;
        }

        var limits = _limited.Limits;
        if (limits.Time is { } time && _clock.Elapsed > time)
        {
            _excess ??= new(Limit.Time, Words(time), Words(_clock.Elapsed));
        }

        if (limits.OpenFiles is not null)
        {
            _openFiles = Math.Max(_openFiles ?? 0, ProcessTree.MostOpenFiles(tree));
        }

        if (limits.Disk is { } disk)
        {
            Check(OverlayUse.Of(_uppers, isRunning: true, enough: disk + _writtenBefore).Bytes - _writtenBefore);
        }

        if (limits.Processes is { } processes && !_limited.CountsProcesses && ProcessTree.TasksInside(tree) - 1 is var tasks && tasks > processes)
        {
            _excess ??= new(Limit.Processes, Words(processes), $"had {Words(tasks)}");
        }

        CheckGroup();
    }

    /// <summary>
    /// The exact figure of memory costs a walk through the tables of each process, so it is asked for only when the rough one has grown, or is beyond the limit:
    /// by itself it says little, for what a fork shares counts more than once.
    /// </summary>
    private void SampleMemory(List<int> tree)
    {
        var rough = ProcessTree.Memory(tree);
        var limit = _limited.CountsMemory ? null : _limited.Limits.Memory;
        if (rough <= _roughPeak + (_roughPeak / 20) && !(rough > limit))
        {
            return;
        }

        _roughPeak = Math.Max(_roughPeak, rough);
        _peak = Math.Max(_peak ?? 0, ProcessTree.ExactMemory(tree));
        if (_peak > limit)
        {
            _excess ??= new(Limit.Memory, Bytes.Display(limit.Value), Bytes.Display(_peak.Value));
        }
    }

    private void Check(long written)
    {
        if (_limited.Limits.Disk is { } disk && written > disk)
        {
            _excess ??= new(Limit.Disk, Bytes.Display(disk), $"at least {Bytes.Display(written)}");
        }
    }

    /// <summary>The kernel ends or refuses what goes beyond these, and says so.</summary>
    private void CheckGroup()
    {
        if (_limited.CountsMemory && _limited.Group!.Read("memory.events", "oom_kill") > 0)
        {
            var peak = _limited.Group.Read("memory.peak") ?? _peak;
            _excess ??= new(Limit.Memory, Bytes.Display(_limited.Limits.Memory!.Value), peak is { } bytes ? $"{Bytes.Display(bytes)} and wanted more" : "wanted more");
        }

        if (_limited.CountsProcesses && _limited.Group!.Read("pids.events", "max") is > 0 and var refused)
        {
            _excess ??= new(Limit.Processes, Words(_limited.Limits.Processes!.Value), $"wanted one more {Words(refused)} {(refused == 1 ? "time" : "times")}");
        }
    }

    /// <summary>Ends the whole tree. Whoever is killed in between has no more children, and the end of the first process inside is that of all others.</summary>
    private void End()
    {
        _limited.Group?.Kill();
        ProcessTree.Of(_process).ForEach(static process => Signals.Send(process, Signals.Kill));
    }

    private static string Words(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Words(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.#} s");
}
