using SandboxedBuild.Changes;

namespace SandboxedBuild.Commits;

/// <summary>What a commit does to one live entry.</summary>
internal enum CommitAction
{
    /// <summary>The entry moves in where nothing is.</summary>
    MoveIn,

    /// <summary>The entry and the live one change places.</summary>
    Exchange,

    /// <summary>The live file is written over, for it is a mount of its own, which no rename can replace.</summary>
    Overwrite,

    /// <summary>The live entry moves out, into the overlay.</summary>
    MoveOut,

    /// <summary>A directory is made, of which not everything is committed.</summary>
    MakeDirectory,

    /// <summary>A directory gets the mode, owner, times and attributes of its upper one. Last, for what goes in or out changes its times.</summary>
    SetMetadata,
}

/// <summary>One step of a commit.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Change">The change that it carries out, with the path.</param>
internal sealed record CommitOperation(CommitAction Action, Change Change);
