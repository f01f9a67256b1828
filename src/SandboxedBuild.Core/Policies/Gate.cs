using SandboxedBuild.Diagnostics;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>The decision before a step.</summary>
internal static class Gate
{
    /// <summary>Why a step may run, and what it gets.</summary>
    /// <param name="policy">The rules.</param>
    /// <param name="step">The step.</param>
    /// <param name="asked">What the project asks for beyond the default view.</param>
    /// <param name="withoutRule">What becomes of it if no rule admits it.</param>
    /// <param name="view">The default view.</param>
    /// <param name="caller">Whose own policy file and home directory count.</param>
    /// <exception cref="SandboxException">Nothing admits the step, or it asks for more than its rule grants.</exception>
    public static (Admission Admission, StepAccess Access) Admit(Policy policy, StepIdentity step, StepAccess asked, GateDecision withoutRule, DefaultView view, CallerEnvironment caller)
    {
        var admission = policy.AdmissionOf(step);
        if (withoutRule == GateDecision.Approve)
        {
            admission ??= Admission.Approval;
        }
        else if (admission is null)
        {
            throw policy.Refusal(step, Coverage.Missing(asked, Grants.None, view), caller).AsException();
        }
        else if (Coverage.Missing(asked, admission.Grants, view) is { IsNone: false } missing)
        {
            throw policy.Refusal(step, missing, admission, view.Home).AsException();
        }

        return (admission, Coverage.Combine(asked, admission.Grants, view));
    }
}
