using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tracing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tool.Running;

/// <summary>How a command of <c>run</c> is looked at by strace, if it is, and what comes of it.</summary>
/// <param name="Mode">When it is.</param>
/// <param name="Tracer">What looks at it; null where nothing is wanted.</param>
internal sealed record RunTracing(TraceMode Mode, Tracer? Tracer)
{
    /// <summary>What looks at the command while it runs; null where that is for a second run alone.</summary>
    public Tracer? Running => Mode == TraceMode.Always ? Tracer : null;

    /// <summary>What a command line asks for.</summary>
    /// <exception cref="SandboxException">SBX1011: there is no strace.</exception>
    public static RunTracing Of(RunRequest request, SandboxRun run, ToolHost host) =>
        new(request.Trace, request.Trace == TraceMode.None || !run.IsSandboxed ? null : Tracer.Find(host.Environment, [.. run.Overlay.Roots.Select(static root => root.Path)]));

    /// <summary>What was refused to the command, in words of <c>run</c>.</summary>
    /// <param name="run">The command, after it has ended.</param>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="host">Where it is told that it runs again, or may not.</param>
    /// <param name="cancellation">Ends a second run.</param>
    public ImmutableArray<Violation> Judge(SandboxRun run, int exitCode, ToolHost host, CancellationToken cancellation)
    {
        var violations = Tracer is null ? [] : run.Seen(exitCode != 0, host.Environment.Home) ?? (exitCode == 0 ? [] : Again(run, host, cancellation));
        return [.. violations.Select(RunRemedies.Reworded)];
    }

    private ImmutableArray<Violation> Again(SandboxRun run, ToolHost host, CancellationToken cancellation)
    {
        var retrial = run.Retrial();
        if (retrial.Obstacle is { } obstacle)
        {
            host.Notes.Line($"The command is not run again to be traced, for {obstacle}. To trace it the first time: --trace always");
            return [];
        }

        host.Notes.Line("The command runs again, traced, and nothing of it is kept.", Ink.Faint);
        try
        {
            return Busy.While(host, "Running it again", () => retrial.Run(Tracer!, run.Time, host.Environment.Home, cancellation));
        }
        catch (Exception e) when (e is SandboxException or IOException or UnauthorizedAccessException && !cancellation.IsCancellationRequested)
        {
            host.Notes.Line($"The command could not be run again to be traced: {e.Message}", Ink.Yellow);
            return [];
        }
    }
}
