using System.Collections.Immutable;
using Microsoft.Build.Framework;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tracing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tasks;

/// <summary>A step that has failed, once more and traced; whether it may, and that it does, is told.</summary>
/// <param name="Engine">Where that is told.</param>
/// <param name="Store">Where its overlay is made.</param>
/// <param name="Target">The step's target.</param>
/// <param name="First">The overlay of the first run.</param>
/// <param name="Plan">By which it ran.</param>
/// <param name="Isolation">What surrounded it.</param>
/// <param name="Tracer">What traces it.</param>
/// <param name="Script">The path of the script that holds its command; MSBuild deletes it after the first run.</param>
/// <param name="Contents">What was in it.</param>
internal sealed record SecondRun(IBuildEngine Engine, OverlayStore Store, string Target, Overlay First, SandboxPlan Plan, Isolation Isolation, Tracer Tracer, string Script, byte[] Contents)
{
    /// <summary>What was refused to it; nothing where it may not run again, or fails to.</summary>
    /// <param name="isShared">Whether other steps write to its overlay.</param>
    /// <param name="limits">What it may use up.</param>
    /// <param name="time">How long the first run took.</param>
    /// <param name="cancellation">Ends it.</param>
    public ImmutableArray<Violation> Run(bool isShared, StepLimits limits, TimeSpan time, CancellationToken cancellation)
    {
        var retrial = new Retrial(Store, [.. First.Roots.Select(static root => root.Path)], First.Strategy, Isolation, Plan, limits);
        if ((isShared ? "it sees what other steps of its overlay have written" : retrial.Obstacle) is { } obstacle)
        {
            Say($"The step of target {Target} is not run again to be traced, for {obstacle}. To trace it each time: -p:SandboxTrace=Always");
            return [];
        }

        Say($"The step of target {Target} has failed; it runs again, traced, and nothing of it is kept.");
        try
        {
            File.WriteAllBytes(Script, Contents);
            return retrial.Run(Tracer, time, Store.Environment.Home, cancellation);
        }
        catch (Exception e) when (e is SandboxException or IOException or UnauthorizedAccessException)
        {
            Say($"The step of target {Target} could not be run again to be traced: {e.Message}");
            return [];
        }
        finally
        {
            File.Delete(Script);
        }
    }

    private void Say(string text) => Engine.LogMessageEvent(new BuildMessageEventArgs(text, null, "SandboxedBuild", MessageImportance.High));
}
