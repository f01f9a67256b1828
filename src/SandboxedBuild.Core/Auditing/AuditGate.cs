using SandboxedBuild.Policies;

namespace SandboxedBuild.Auditing;

/// <summary>What the gate decided.</summary>
/// <param name="Decision"><c>Denied</c>, or why the step might run: a word of <see cref="AdmissionReason"/>.</param>
/// <param name="Rule">The target or command that the rule names; null without one.</param>
/// <param name="File">The policy file that has it.</param>
/// <param name="Line">In which line.</param>
internal sealed record AuditGate(string Decision, string? Rule, string? File, int? Line)
{
    public static AuditGate Denied { get; } = new(nameof(AuditOutcome.Denied), null, null, null);

    public static AuditGate Of(Admission admission) =>
        new(admission.Reason.ToString(), admission.Rule is { } rule ? Bounded.Text(rule.Target ?? rule.Command ?? string.Empty) : null, admission.File?.Path, admission.Rule?.Line);
}
