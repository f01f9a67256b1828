namespace SandboxedBuild.Policies;

/// <summary>Why a step may run.</summary>
public enum AdmissionReason
{
    /// <summary>A rule of a policy file admits it.</summary>
    Rule,

    /// <summary>Its commands are on the list that comes with the SDK: they read, or write to the roots alone.</summary>
    BuiltIn,

    /// <summary><c>SandboxConfirm</c> is <c>Approve</c>.</summary>
    Approval,

    /// <summary>A person was asked and said yes, this time.</summary>
    Answer,

    /// <summary>A person was asked once and said yes for always.</summary>
    RememberedAnswer,

    /// <summary>Nothing admits it, and <c>SandboxConfirm</c> is <c>Hold</c>: its changes wait for a review.</summary>
    Hold,
}
