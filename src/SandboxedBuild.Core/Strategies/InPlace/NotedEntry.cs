using SandboxedBuild.Interop;

namespace SandboxedBuild.Strategies;

/// <summary>One entry of a live root, as it was before the first step: all that stat(2) tells of it.</summary>
/// <param name="Name">Its name; empty for the root itself.</param>
/// <param name="Stat">What it was.</param>
internal sealed record NotedEntry(byte[] Name, EntryStat Stat)
{
    /// <summary>What was in it, sorted by bytes; null for what is no directory, or was not looked into.</summary>
    public List<NotedEntry>? Children { get; init; }

    /// <summary>Whether an entry is this very one, and nothing was done to it since: no process can set back its ctime.</summary>
    public bool IsStill(in EntryStat now) => now.Inode == Stat.Inode && now.Device == Stat.Device && now.Changed == Stat.Changed;
}
