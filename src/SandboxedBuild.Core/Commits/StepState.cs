namespace SandboxedBuild.Commits;

/// <summary>How far a step of a commit has come.</summary>
internal enum StepState
{
    /// <summary>The live entry is as it was.</summary>
    NotDone,

    /// <summary>The live entry is as it is to be.</summary>
    Done,

    /// <summary>Neither: somebody else was there.</summary>
    Unknown,
}
