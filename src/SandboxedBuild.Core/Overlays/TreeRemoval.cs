using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Overlays;

/// <summary>
/// Removes a tree that a command could have filled: by directory descriptors, no symlink followed, through directories whose mode
/// shuts their owner out (overlayfs's own <c>work/work</c> has mode 000).
/// </summary>
internal static class TreeRemoval
{
    private const uint OwnerOnly = 0x1c0;
    private const int DeepestAtOnce = 200;

    /// <summary>Removes the directory at a path, if it is there.</summary>
    public static void Remove(string path, Tally? tally = null)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        using var parent = Opening.Directory(Path.GetDirectoryName(path)!);
        Remove(parent, Encoding.UTF8.GetBytes(Path.GetFileName(path)), tally);
    }

    /// <summary>
    /// Removes the directory at a path, if it is there, and what is in it before the one entry that says whose it is: whoever finds
    /// the directory without that one finds it empty, and may end this (<see cref="RemoveEmpty"/>).
    /// </summary>
    public static void Remove(string path, string last, Tally? tally = null)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        var lastName = Encoding.UTF8.GetBytes(last);
        using (var directory = Opening.Directory(path))
        {
            foreach (var child in DirectoryReading.Names(directory))
            {
                if (!child.AsSpan().SequenceEqual(lastName))
                {
                    Remove(directory, child, tally);
                }
            }

            Remove(directory, lastName, tally);
        }

        RemoveEmpty(path);
    }

    /// <summary>Removes the directory at a path if it is there and empty; several may do so at once.</summary>
    public static void RemoveEmpty(string path)
    {
        using var parent = Opening.Directory(Path.GetDirectoryName(path)!);
        try
        {
            Naming.RemoveDirectory(parent, Encoding.UTF8.GetBytes(Path.GetFileName(path)));
        }
        catch (SystemCallException e) when (e.Error is Errno.NotFound or Errno.NotEmpty)
        {
            // It went at this moment, or is not what was looked for.
        }
    }

    /// <summary>Removes an entry of whatever type, if it is there.</summary>
    public static void Remove(Descriptor parent, ReadOnlySpan<byte> name, Tally? tally = null)
    {
        var deep = new Queue<byte[]>();
        Remove(parent, name, parent, deep, 0, tally);
        while (deep.TryDequeue(out var next))
        {
            Remove(parent, next, parent, deep, 0, tally);
        }
    }

    /// <summary>
    /// A tree may be nested deeper than there are descriptors and stack: what lies too deep is moved to the top and removed from there.
    /// </summary>
    private static void Remove(Descriptor parent, ReadOnlySpan<byte> name, Descriptor top, Queue<byte[]> deep, int depth, Tally? tally)
    {
        // Most entries are files, and most directories of an overlay are empty.
        if (Naming.TryRemove(parent, name))
        {
            tally?.Add();
            return;
        }

        if (Stat.TryOf(parent, name) is not { } stat)
        {
            return;
        }

        if (!stat.IsDirectory)
        {
            Naming.RemoveFile(parent, name);
            tally?.Add();
            return;
        }

        using (var directory = OpenForRemoval(parent, name, stat))
        {
            if (depth == DeepestAtOnce)
            {
                var moved = Encoding.ASCII.GetBytes($".sandboxed-build-{Guid.NewGuid():N}");
                Naming.Move(parent, name, top, moved);
                deep.Enqueue(moved);
                return;
            }

            foreach (var child in DirectoryReading.Names(directory))
            {
                Remove(directory, child, top, deep, depth + 1, tally);
            }
        }

        Naming.RemoveDirectory(parent, name);
        tally?.Add();
    }

    private static Descriptor OpenForRemoval(Descriptor parent, ReadOnlySpan<byte> name, in EntryStat stat)
    {
        if ((stat.Mode & OwnerOnly) != OwnerOnly)
        {
            Ownership.SetMode(parent, name, OwnerOnly);
        }

        return Opening.Child(parent, name);
    }
}
