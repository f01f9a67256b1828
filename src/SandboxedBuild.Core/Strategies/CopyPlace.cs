using SandboxedBuild.Interop;

namespace SandboxedBuild.Strategies;

/// <summary>
/// A directory that is being copied, and its copy. Both are open until all directories in it have been opened from it: nothing is looked
/// up by its path, which in a deep tree takes the longer the deeper it lies, and a chain of directories needs no more descriptors than a short one.
/// </summary>
internal sealed class CopyPlace(Descriptor live, Descriptor copy)
{
    private int _users = 1;

    /// <summary>The directory of the live tree.</summary>
    public Descriptor Live { get; } = live;

    /// <summary>The one in the copy.</summary>
    public Descriptor Copy { get; } = copy;

    /// <summary>A mode that the copy can get only when nobody has to go through it any more.</summary>
    public uint? LastMode { get; set; }

    /// <summary>Opens the directory of this name, or this one itself once more when the name is empty; null when it has gone meanwhile.</summary>
    public CopyPlace? Open(byte[] name)
    {
        if (Opening.TryDirectory(Live, Paths.BytePath.FromBytes(name)) is not { } live)
        {
            return null;
        }

        try
        {
            return new(live, Opening.Child(Copy, name));
        }
        catch
        {
            live.Dispose();
            throw;
        }
    }

    /// <summary>Keeps both open until one more has let go.</summary>
    public void Hold() => Interlocked.Increment(ref _users);

    /// <summary>Lets go; the last one closes both.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
        {
            return;
        }

        using (Live)
        using (Copy)
        {
            if (LastMode is { } mode)
            {
                Ownership.SetMode(Copy, default, mode);
            }
        }
    }
}
