using SandboxedBuild.Interop;

namespace SandboxedBuild.Commits;

/// <summary>What a directory has besides its entries, as a commit sets it and takes it back.</summary>
/// <param name="Mode">Permission bits, <c>0o7777</c> at most.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Modified">mtime in nanoseconds since 1970.</param>
/// <param name="Attributes">Extended attributes of the owner: names as text of one character a byte, and values.</param>
internal sealed record EntryMetadata(uint Mode, uint Uid, uint Gid, long Modified, Dictionary<string, byte[]> Attributes)
{
    /// <summary>That of an entry which is no symlink; an empty name stands for the directory itself.</summary>
    public static EntryMetadata Of(Descriptor directory, ReadOnlySpan<byte> name)
    {
        var stat = name.IsEmpty ? Stat.Of(directory) : Stat.TryOf(directory, name) ?? throw new SystemCallException("statx", Paths.BytePath.Display(name), Errno.NotFound);
        return new(stat.Mode, stat.Uid, stat.Gid, stat.Modified, Changes.UserAttributes.Of(directory, name));
    }
}
