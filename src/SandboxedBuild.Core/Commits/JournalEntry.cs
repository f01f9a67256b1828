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
/// <param name="ArrivingTime">The mtime of a directory that is exchanged for something else and moves in; null for everything else.</param>
/// <param name="LeavingTime">The same of one that moves out.</param>
/// <param name="Before">For metadata: what the directory had.</param>
/// <param name="After">For metadata: what it gets.</param>
internal sealed record JournalEntry(
    CommitAction Action,
    int Root,
    byte[] Path,
    ulong Arriving = 0,
    ulong Leaving = 0,
    long LeavingSize = 0,
    long LeavingModified = 0,
    long LeavingChanged = 0,
    string? Place = null,
    long? ArrivingTime = null,
    long? LeavingTime = null,
    EntryMetadata? Before = null,
    EntryMetadata? After = null);
