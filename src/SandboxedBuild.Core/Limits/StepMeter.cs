using System.Collections.Immutable;
using System.Diagnostics;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Limits;

/// <summary>Measures a step while it runs, on a thread of its own that sleeps nearly all the time.</summary>
public sealed class StepMeter
{
    /// <summary>The first look; most steps are over before.</summary>
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(30);

    /// <summary>Each pause is longer than the one before, up to this.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(250);

    private readonly int _process;
    private readonly ImmutableArray<string> _uppers;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Thread _thread;
    private TimeSpan _elapsed;
    private TimeSpan? _cpu;
    private long _roughPeak;
    private long? _peak;

    private StepMeter(int process, Descriptor running, ImmutableArray<string> uppers)
    {
        _process = process;
        _uppers = uppers;
        _thread = new(() => Watch(running), maxStackSize: 256 * 1024) { IsBackground = true, Name = "SandboxedBuild meter" };
        _thread.Start();
    }

    /// <summary>Begins with a process that has just been started; null when it has ended already.</summary>
    /// <param name="process">The first of the step, a child of this one.</param>
    /// <param name="uppers">Where the overlay keeps what the step writes.</param>
    public static StepMeter? Start(int process, ImmutableArray<string> uppers) =>
        ProcessEnd.TryOpen(process) is { } running ? new(process, running, uppers) : null;

    /// <summary>What was used, once the step is over.</summary>
    public StepUsage Finish()
    {
        _thread.Join();
        return new(_elapsed, _cpu, _cpu is null ? null : UsageSource.Samples, _peak, _peak is null ? null : UsageSource.Samples, OverlayUse.Of(_uppers, isRunning: false));
    }

    private void Watch(Descriptor running)
    {
        using (running)
        {
            for (var pause = s_first; !ProcessEnd.WaitFor(running, pause); pause = pause * 1.5 < s_longest ? pause * 1.5 : s_longest)
            {
                Sample();
            }
        }

        _elapsed = _clock.Elapsed;
    }

    /// <summary>The exact figure of memory costs a walk through the tables of each process, so it is asked for only when the rough one has grown.</summary>
    private void Sample()
    {
        var tree = ProcessTree.Of(_process);
        var cpu = ProcessTree.Cpu(tree);
        _cpu = _cpu > cpu ? _cpu : cpu;
        var rough = ProcessTree.Memory(tree);
        if (rough > _roughPeak + (_roughPeak / 20))
        {
            _roughPeak = rough;
            _peak = Math.Max(_peak ?? 0, ProcessTree.ExactMemory(tree));
        }
    }
}
