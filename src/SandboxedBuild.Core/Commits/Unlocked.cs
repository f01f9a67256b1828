using System.Collections.Immutable;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Commits;

/// <summary>
/// Directories opened for their owner while a rename is done, and shut again after it: renaming an entry needs write permission on the
/// directories that it leaves and enters, and, when it is a directory itself, on it too, for its <c>..</c> changes (rename(2), EACCES).
/// </summary>
internal sealed class Unlocked : IDisposable
{
    private const uint OwnerOnly = 0x1c0;
    private readonly List<(Descriptor Directory, uint Mode)> _opened = [];

    private Unlocked()
    {
    }

    /// <summary>Opens these directories, and those of these entries that are directories, where they are shut.</summary>
    public static Unlocked For(ImmutableArray<Descriptor> directories, params ImmutableArray<(Descriptor Parent, byte[] Name)> entries)
    {
        var unlocked = new Unlocked();
        if (Caller.IsRoot)
        {
            return unlocked;
        }

        foreach (var directory in directories)
        {
            unlocked.Open(directory, "."u8, Stat.Of(directory));
        }

        foreach (var (parent, name) in entries)
        {
            if (Stat.TryOf(parent, name) is { IsDirectory: true } stat)
            {
                unlocked.Open(parent, name, stat);
            }
        }

        return unlocked;
    }

    public void Dispose()
    {
        foreach (var (directory, mode) in Enumerable.Reverse(_opened))
        {
            Ownership.SetMode(directory, default, mode);
            directory.Dispose();
        }
    }

    private void Open(Descriptor parent, ReadOnlySpan<byte> name, in EntryStat stat)
    {
        if ((stat.Mode & OwnerOnly) == OwnerOnly || stat.Uid != Caller.Uid)
        {
            return;
        }

        Ownership.SetMode(parent, name, stat.Mode | OwnerOnly);
        _opened.Add((Opening.Child(parent, name), stat.Mode));
    }
}
