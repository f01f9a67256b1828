using System.Text.Json.Serialization;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>
/// One step of a commit, with all that recovery needs to tell whether it was done: inode numbers stay with an entry when it is renamed.
/// </summary>
/// <param name="Action">What is done.</param>
/// <param name="Root">The root's number.</param>
/// <param name="Path">The live entry's path below the root.</param>
/// <param name="Arriving">The inode that moves in; 0 where none does.</param>
/// <param name="Leaving">The live inode that moves out; 0 where none does.</param>
/// <param name="LeavingSize">Its size in bytes, as it was judged.</param>
/// <param name="LeavingModified">Its mtime, as it was judged.</param>
/// <param name="LeavingChanged">Its ctime, as it was judged.</param>
/// <param name="Place">
/// The name in the yard from which the entry moves in or to which it moves out; null for an entry that moves in from its own path in
/// the upper layer.
/// </param>
/// <param name="HasOrigin">Whether the entry that moves in loses overlayfs's note of its origin right before.</param>
/// <param name="ArrivingTime">The mtime of a directory that is exchanged for something else and moves in; null for everything else.</param>
/// <param name="LeavingTime">The same of one that moves out.</param>
/// <param name="Before">For metadata: what the directory had.</param>
/// <param name="After">For metadata: what it gets.</param>
internal sealed record JournalEntry(
    CommitAction Action,
    int Root,
    BytePath Path,
    ulong Arriving = 0,
    ulong Leaving = 0,
    long LeavingSize = 0,
    long LeavingModified = 0,
    long LeavingChanged = 0,
    string? Place = null,
    bool HasOrigin = false,
    long? ArrivingTime = null,
    long? LeavingTime = null,
    EntryMetadata? Before = null,
    EntryMetadata? After = null)
{
    /// <summary>
    /// Whether two entries change places neither of which is a directory: then it plays no part for the other steps when it is done.
    /// </summary>
    [JsonIgnore]
    public bool IsSwapOfFiles => Action == CommitAction.Exchange && ArrivingTime is null && LeavingTime is null;
}
