using SandboxedBuild.Limits;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary>The JSON of a <c>SandboxedBuild.Step</c> event; docs/limits.md says what is in it.</summary>
internal sealed record StepData(
    int Version,
    string Target,
    string File,
    string Command,
    int? ExitCode,
    string Outcome,
    string? Failure,
    string Overlay,
    string[] Roots,
    string Strategy,
    string? StrategyReason,
    string Isolation,
    string Network,
    string? Rule,
    long Milliseconds,
    UsageData? Usage,
    LimitsData? Limits)
{
    /// <summary>2: with what the step used, and its limits. 3: with why it failed.</summary>
    private const int CurrentVersion = 3;

    /// <summary>What there is to tell of a step.</summary>
    /// <param name="step">The step, when it is over.</param>
    /// <param name="outcome">What became of its changes; null where none were caught.</param>
    /// <param name="exitCode">The command's.</param>
    /// <param name="failure">Why it failed, if it did.</param>
    /// <param name="time">How long it all took.</param>
    public static StepData Of(SandboxedStep step, Outcome? outcome, int exitCode, StepFailure? failure, TimeSpan time) => new(
        CurrentVersion,
        step.Identity.Target,
        step.Identity.File,
        step.Identity.HidesCommand ? "..." : step.Identity.Command,
        step.Overlay is null ? exitCode : step.Status?.ExitCode,
        outcome?.ToString() ?? "NotCaught",
        failure?.ToString(),
        step.Overlay?.Id ?? string.Empty,
        [.. step.Overlay is null ? [] : step.Overlay.Roots.Select(static root => root.Path)],
        step.Overlay?.Strategy.Name ?? "None",
        step.StrategyReason,
        step.Isolation.ToString(),
        (step.Isolation == Sandboxing.Isolation.None ? NetworkAccess.Host : step.Access.Network).ToString(),
        step.Admission.Rule is { } rule ? rule.Target ?? rule.Command : null,
        (long)time.TotalMilliseconds,
        UsageData.Of(step.Usage),
        LimitsData.Of(step.Access.Limits, step.Excess));
}
