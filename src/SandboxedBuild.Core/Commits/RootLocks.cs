using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>
/// Lets one commit at a time work on a root: an exclusive lock on each root and a shared one on each directory above, so that a root
/// inside another one waits for it too. The directories themselves carry the locks (flock(2)); nothing is left behind.
/// </summary>
internal sealed class RootLocks : IDisposable
{
    private readonly List<FileLock> _locks = [];

    private RootLocks()
    {
    }

    /// <summary>Waits for the roots of an overlay.</summary>
    public static RootLocks Take(Overlay overlay) => Take(overlay.Roots.Select(static root => root.Path), CancellationToken.None);

    /// <summary>Waits for these roots.</summary>
    public static RootLocks Take(IEnumerable<string> paths, CancellationToken cancellation)
    {
        var roots = paths.ToHashSet(StringComparer.Ordinal);
        var locks = new RootLocks();
        try
        {
            // Everybody takes them in this order, so that no two can wait for each other.
            var wanted = roots.SelectMany(Above).Concat(roots).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(path => (Path: path, IsShared: !roots.Contains(path))).ToList();
            var carried = CarriedLock.OfThisProcess();
            if (carried is not null && wanted.Exists(directory => carried.StandsFor(directory.Path, directory.IsShared)) && carried.Take(cancellation) is { } carrier)
            {
                locks._locks.Add(carrier);
                wanted.RemoveAll(directory => carried.StandsFor(directory.Path, directory.IsShared));
            }

            wanted.ForEach(directory => locks.Take(directory.Path, directory.IsShared, cancellation));

            return locks;
        }
        catch
        {
            locks.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var taken in _locks)
        {
            taken.Dispose();
        }
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var parent = Path.GetDirectoryName(path); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            yield return parent;
        }
    }

    private void Take(string path, bool shared, CancellationToken cancellation)
    {
        try
        {
            if (FileLock.Take(Opening.Directory(path), shared, cancellation) is { } taken)
            {
                _locks.Add(taken);
            }
        }
        catch (SystemCallException e) when (shared && e.Error == Errno.AccessDenied)
        {
            // A directory above that this user may pass through but not read: whoever has a root there is somebody else.
        }
    }
}
