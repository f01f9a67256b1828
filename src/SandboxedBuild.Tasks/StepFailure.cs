namespace SandboxedBuild.Tasks;

/// <summary>Why a command did not succeed.</summary>
internal enum StepFailure
{
    /// <summary>It failed by itself, as it would without a sandbox.</summary>
    Command,

    /// <summary>The sandbox could not be set up, or was ended from outside: the command did not run, or not to its end.</summary>
    Sandbox,

    /// <summary>It was ended: the build was cancelled, or its Timeout was over.</summary>
    Ended,

    /// <summary>It went beyond a limit.</summary>
    Limit,

    /// <summary>It failed of what the sandbox refused to it.</summary>
    Refused,

    /// <summary>It has read what its Inputs do not name, and that is an error.</summary>
    Undeclared,
}
