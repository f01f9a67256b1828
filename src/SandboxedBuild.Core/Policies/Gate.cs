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
    /// <param name="caller">Whose own policy file, approvals and home directory count.</param>
    /// <param name="person">Who is asked before a step is denied; null without anybody.</param>
    /// <exception cref="SandboxException">Nothing admits the step, or it asks for more than its rule grants.</exception>
    public static (Admission Admission, StepAccess Access) Admit(Policy policy, StepIdentity step, StepAccess asked, GateDecision withoutRule, DefaultView view, CallerEnvironment caller, Func<GateQuestion, GateAnswer>? person = null)
    {
        var admission = policy.AdmissionOf(step);
        var missing = Coverage.Missing(asked, admission?.Grants ?? Grants.None, view);
        if (withoutRule == GateDecision.Approve)
        {
            admission ??= Admission.Approval;
        }
        else if (admission is null || !missing.IsNone)
        {
            var refusal = admission is null ? policy.Refusal(step, missing, caller) : policy.Refusal(step, missing, admission, view.Home);
            var denied = Denials(admission?.Grants ?? Grants.None);
            admission = WithoutRule(step, missing, withoutRule, caller, person) ?? throw refusal.AsException();
            return (admission, Coverage.Combine(admission.Reason == AdmissionReason.Hold ? Strictest(asked, view) : asked, denied, view));
        }

        return (admission, Coverage.Combine(asked, admission.Grants, view));
    }

    /// <summary>The strictest sandbox: what only takes away is kept, and layers of what every step may read.</summary>
    public static StepAccess Strictest(StepAccess asked, DefaultView view) => StepAccess.None with
    {
        Paths = [.. asked.Paths.Where(static path => path.Access is MountAccess.Hidden or MountAccess.Temporary)],
        Layers = [.. asked.Layers.Where(layer => view.MayRead(Coverage.AsPath(layer)))],
        RefusesNetwork = true,
        Limits = asked.Limits,
    };

    /// <summary>What a rule takes away holds for a step that a person lets have more than it grants, too.</summary>
    private static Grants Denials(Grants grants) =>
        Grants.None with { Paths = [.. grants.Paths.Where(static path => path.Access is MountAccess.Hidden or MountAccess.Temporary)], Limits = grants.Limits };

    /// <summary>Why a step runs that its rule, if it has one, does not admit as it is.</summary>
    private static Admission? WithoutRule(StepIdentity step, StepAccess missing, GateDecision withoutRule, CallerEnvironment caller, Func<GateQuestion, GateAnswer>? person)
    {
        var question = GateQuestion.About(step, missing);
        return Approvals.Of(caller)?.Hold(question) == true ? Admission.RememberedAnswer
            : withoutRule == GateDecision.Hold ? Admission.Hold
            : person is not null && person(question) is not GateAnswer.No ? Admission.Answer
            : null;
    }
}
