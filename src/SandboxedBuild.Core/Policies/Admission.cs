namespace SandboxedBuild.Policies;

/// <summary>Why a step may run, and what it gets.</summary>
/// <param name="Reason">Why.</param>
public sealed record Admission(AdmissionReason Reason)
{
    /// <summary>By the built-in list of commands.</summary>
    public static Admission BuiltIn { get; } = new(AdmissionReason.BuiltIn);

    /// <summary>By an approval of all.</summary>
    public static Admission Approval { get; } = new(AdmissionReason.Approval);

    /// <summary>By a person's answer.</summary>
    public static Admission Answer { get; } = new(AdmissionReason.Answer);

    /// <summary>By a person's answer of another time.</summary>
    public static Admission RememberedAnswer { get; } = new(AdmissionReason.RememberedAnswer);

    /// <summary>For as long as its changes are held.</summary>
    public static Admission Hold { get; } = new(AdmissionReason.Hold);

    /// <summary>The rule; null without one.</summary>
    public AllowRule? Rule { get; private init; }

    /// <summary>The policy file of the rule; null without one.</summary>
    public PolicyFile? File { get; private init; }

    /// <summary>What the rule grants; without one, nothing: the strictest settings.</summary>
    public Grants Grants => Rule?.Grants ?? Grants.None;

    /// <summary>By a rule.</summary>
    public static Admission By(AllowRule rule, PolicyFile file) => new(AdmissionReason.Rule) { Rule = rule, File = file };

    /// <summary>The admission in words, for the log.</summary>
    /// <param name="target">The step's target.</param>
    public string Describe(string target) => Reason switch
    {
        AdmissionReason.Rule => $"The step of target {target} is allowed by the rule for \"{Rule!.Target ?? Rule.Command}\" in {File!.Path}({Rule.Line},{Rule.Column}).",
        AdmissionReason.BuiltIn => $"The step of target {target} is allowed without a rule: its commands are on the built-in list.",
        AdmissionReason.Answer => $"The step of target {target} runs without a rule: it was approved when asked about.",
        AdmissionReason.RememberedAnswer => $"The step of target {target} runs without a rule: it was approved for always (dotnet sandbox allow --forget takes that back).",
        AdmissionReason.Hold => $"SandboxConfirm is Hold: the step of target {target} runs without a rule in the strictest sandbox, and its changes are held.",
        _ => $"SandboxConfirm is Approve: the step of target {target} runs without a rule.",
    };
}
