using SandboxedBuild.Tool.Reports.Binlogs;

namespace SandboxedBuild.Tool.Reports;

/// <summary>What became of a step, in one word.</summary>
internal static class ReportStatus
{
    /// <summary>All words, the ones that want attention first.</summary>
    public static IReadOnlyList<string> All { get; } = ["refused", "failed", "denied", "sandboxFailed", "overLimit", "notFinished", "rolledBack", "held", "committed", "shared", "unchanged", "notSandboxed"];

    /// <summary>The word for it, as people read it.</summary>
    public static string Words(string status) => status switch
    {
        "sandboxFailed" => "sandbox failed",
        "overLimit" => "over a limit",
        "notFinished" => "not finished",
        "rolledBack" => "rolled back",
        "shared" => "in a shared overlay",
        "notSandboxed" => "not sandboxed",
        _ => status,
    };

    public static string Of(LoggedTask task) => task switch
    {
        { Gate.Data.Decision: "Denied" } => "denied",
        { Step.Data: { } step } => OfStep(step),
        { Changes.Outcome: { } outcome } => OfOutcome(outcome),
        _ => task.Messages.Exists(static message => message.Severity == "error") ? "sandboxFailed" : "notFinished",
    };

    private static string OfStep(StepData step) => step switch
    {
        { Limits.Exceeded: { Length: > 0 } } => "overLimit",
        { Failure: "Refused" } => "refused",
        { Isolation: "None", ExitCode: 0 } or { Outcome: "NotCaught", ExitCode: 0 } => "notSandboxed",
        { ExitCode: null } => "sandboxFailed",
        { ExitCode: not 0 } => "failed",
        _ => OfOutcome(step.Outcome),
    };

    private static string OfOutcome(string? outcome) => outcome switch
    {
        "Committed" => "committed",
        "Unchanged" => "unchanged",
        "Held" => "held",
        "RolledBack" => "rolledBack",
        _ => "notFinished",
    };
}
