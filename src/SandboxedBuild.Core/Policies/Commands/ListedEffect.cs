namespace SandboxedBuild.Policies;

/// <summary>What a command on the built-in list does at most.</summary>
internal enum ListedEffect
{
    /// <summary>It reads.</summary>
    Reads,

    /// <summary>It reads, and what it finds in the directory (a repository, <c>global.json</c>) may name programs for it to run.</summary>
    FollowsSettings,

    /// <summary>It writes, inside the bounds, or goes to another directory.</summary>
    Writes,
}
