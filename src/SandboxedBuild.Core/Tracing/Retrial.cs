using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Limits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tracing;

/// <summary>Runs a step that has failed once more, traced, in a fresh overlay that is thrown away. What it prints is thrown away, too.</summary>
/// <param name="Store">Where the overlay is made.</param>
/// <param name="Roots">The step's roots.</param>
/// <param name="Strategy">How its writes were caught.</param>
/// <param name="Isolation">What surrounded it.</param>
/// <param name="Plan">By which it ran.</param>
/// <param name="Limits">What it may use up.</param>
public sealed record Retrial(OverlayStore Store, ImmutableArray<string> Roots, Strategy Strategy, Isolation Isolation, SandboxPlan Plan, StepLimits Limits)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(30);

    /// <summary>Why it must not run twice; null if it may.</summary>
    public string? Obstacle =>
        Plan.Network == NetworkAccess.Host ? "it has the host's network"
        : Plan.Mounts.OfType<BindMount>().FirstOrDefault(static mount => mount.Writable) is { } grant ? $"it may write to {grant.Destination}"
        : Strategy.IsInPlace ? $"the strategy {Strategy} does not catch what it writes"
        : null;

    /// <summary>Runs it.</summary>
    /// <param name="tracer">What traces it.</param>
    /// <param name="time">How long it took; it may take ten times as long now.</param>
    /// <param name="home">The caller's home directory.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What was refused to it; nothing if it succeeds this time.</returns>
    /// <exception cref="SandboxException">The overlay cannot be made, or the sandbox fails.</exception>
    public ImmutableArray<Violation> Run(Tracer tracer, TimeSpan time, string? home, CancellationToken cancellation)
    {
        var chosen = ChosenOverlay.Create(Store, Roots, within: null, Strategy, Isolation, [], cancellation);
        using var overlay = chosen.Overlay;
        try
        {
            using var turn = overlay.TakeTurn(cancellation);
            using var limited = LimitedStep.Prepare(Limits, Plan.Identity);
            using var launch = StepLaunch.Prepare(Plan, overlay, chosen.Tools, limited, tracer);
            int exitCode;
            using (InheritedDescriptors.KeepBack())
            {
                exitCode = HostProgram.Run(chosen.Tools.Shell, ["-c", "exec \"$@\" > /dev/null 2>&1", "sh", launch.Program, .. launch.Arguments], time * 10 > s_shortest ? time * 10 : s_shortest, cancellation).ExitCode;
            }

            var status = launch.Finish(exitCode);
            return status.ExitCode is null ? throw status.Failure.AsException() : status.ExitCode == 0 ? [] : TraceJudge.Judge(launch.Trace()!, Plan, failed: true, home);
        }
        finally
        {
            overlay.Discard();
        }
    }
}
