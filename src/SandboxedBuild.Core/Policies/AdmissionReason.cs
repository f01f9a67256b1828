namespace SandboxedBuild.Policies;

/// <summary>Why a step may run.</summary>
public enum AdmissionReason
{
    /// <summary>A rule of a policy file admits it.</summary>
    Rule,

    /// <summary>It only reads, by the list that comes with the SDK.</summary>
    BuiltIn,

    /// <summary>Somebody has said so: <c>SandboxConfirm=Approve</c>, or a person who was asked.</summary>
    Approval,
}
