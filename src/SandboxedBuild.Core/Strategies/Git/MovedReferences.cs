using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>Finds out whether steps have moved references of the repository that they have for themselves: by the times, for what they say themselves may be anything.</summary>
internal static class MovedReferences
{
    /// <summary>Whether there is such a thing, as far as can be seen: the commit that asks is over, and nothing that fails here makes it one that was not.</summary>
    public static bool IsAny(OverlayRoot root)
    {
        try
        {
            return CopyIndex.IsThere(root) && IsAnyIn(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsAnyIn(OverlayRoot root)
    {
        var since = CopyIndex.MarkerOf(root);
        using var upper = Opening.Directory(root.Upper);
        using var repository = Opening.TryDirectory(upper, BytePath.FromBytes(RootRepository.Name));
        return repository is null
            || IsNew(repository, "HEAD"u8, since) || IsNew(repository, "packed-refs"u8, since)
            || IsIn(repository, "refs"u8, since) || IsIn(repository, "reftable"u8, since);
    }

    private static bool IsNew(Descriptor directory, ReadOnlySpan<byte> name, long since) => Stat.TryOf(directory, name)?.Changed > since;

    private static bool IsIn(Descriptor parent, ReadOnlySpan<byte> name, long since)
    {
        using var directory = Opening.TryDirectory(parent, BytePath.FromBytes(name));
        if (directory is null)
        {
            return false;
        }

        var isAny = false;
        Deep.Go(() => isAny = DirectoryReading.Names(directory).Exists(child => Stat.TryOf(directory, child) is { IsDirectory: true } ? IsIn(directory, child, since) : IsNew(directory, child, since)));
        return isAny;
    }
}
