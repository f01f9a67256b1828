using SandboxedBuild.Interop;

namespace SandboxedBuild.Commits;

/// <summary>
/// Writes over a file that cannot be renamed over, as one that is bind-mounted (rename(2), EBUSY). It is no single step: a journal
/// that was cut off here is carried on, or back from the copy that was made before, by writing it all once more.
/// </summary>
internal static class InPlace
{
    public static void Write(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> target)
    {
        var source = Stat.TryOf(from, name) ?? throw new SystemCallException("statx", Paths.BytePath.Display(name), Errno.NotFound);
        var present = Stat.TryOf(to, target) ?? throw new SystemCallException("statx", Paths.BytePath.Display(target), Errno.NotFound);
        using (var reading = Opening.OwnFile(from, name))
        using (var writing = Opening.FileForWriting(to, target))
        {
            Writing.SetLength(writing, 0);
            FileCopy.Copy(reading, writing, source.Size);
            Syncing.Sync(writing);
        }

        Metadata.Copy(from, name, source, to, target, present);
    }
}
