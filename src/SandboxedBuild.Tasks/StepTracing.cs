using System.Collections.Immutable;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tracing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tasks;

/// <summary>How a step is looked at by strace, if it is, and what comes of it: what was refused to it, and what it has read.</summary>
/// <param name="Settings">What is wanted.</param>
/// <param name="Tracer">What looks at it; null where nothing of that is wanted.</param>
internal sealed record StepTracing(SandboxSettings Settings, Tracer? Tracer)
{
    /// <summary>What looks at the step while it runs; null where that is for a second run alone.</summary>
    public Tracer? Running => WantsReads || Settings.Trace == TraceMode.Always ? Tracer : null;

    private bool WantsReads => WantsReadsOf(Settings);

    /// <summary>What the settings want.</summary>
    /// <exception cref="Diagnostics.SandboxException">SBX1011: there is no strace.</exception>
    public static StepTracing Of(SandboxSettings settings, CallerEnvironment caller, Overlay overlay) =>
        new(settings, settings.Trace == TraceMode.None && !WantsReadsOf(settings) ? null : Tracer.Find(caller, [settings.Root, .. overlay.Roots.Select(static root => root.Path)]) with { TracksReads = WantsReadsOf(settings) });

    /// <summary>What was refused to the step.</summary>
    /// <param name="trace">What was seen; null if it was not looked at.</param>
    /// <param name="plan">By which it ran.</param>
    /// <param name="failed">Whether it has failed.</param>
    /// <param name="home">The caller's home directory.</param>
    /// <param name="again">Runs it once more, and tells what was refused to it then.</param>
    public ImmutableArray<Violation> Judge(StepTrace? trace, SandboxPlan plan, bool failed, string? home, Func<ImmutableArray<Violation>> again) =>
        Settings.Trace == TraceMode.None || (Settings.Trace == TraceMode.OnFailure && !failed) ? []
            : trace is not null ? TraceJudge.Judge(trace, plan, failed, home)
            : failed ? again()
            : [];

    private static bool WantsReadsOf(SandboxSettings settings) => settings.TrackReads != ReadTracking.False || settings.UndeclaredInputs != UndeclaredInputs.Ignore;
}
