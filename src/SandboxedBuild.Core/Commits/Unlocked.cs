using System.Collections.Immutable;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Commits;

/// <summary>
/// Directories opened for their owner while a rename is done, and shut again after it: renaming an entry needs write permission on the
/// directories that it leaves and enters, and, when it is a directory itself, on it too, for its <c>..</c> changes (rename(2), EACCES).
/// </summary>
internal sealed class Unlocked : IDisposable
{
    private const uint OwnerOnly = ShutEntries.Read | ShutEntries.Write | ShutEntries.Search;
    private readonly List<IDisposable> _holds = [];

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
            unlocked.Add(ShutEntries.Hold(directory, default, OwnerOnly));
        }

        foreach (var (parent, name) in entries)
        {
            if (Stat.TryOf(parent, name) is { IsDirectory: true })
            {
                unlocked.Add(ShutEntries.Hold(parent, name, OwnerOnly));
            }
        }

        return unlocked;
    }

    public void Dispose() => _holds.ForEach(static hold => hold.Dispose());

    private void Add(IDisposable? hold)
    {
        if (hold is not null)
        {
            _holds.Add(hold);
        }
    }
}
