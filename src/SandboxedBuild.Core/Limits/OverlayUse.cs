using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Limits;

/// <summary>What upper layers hold: what the steps of an overlay wrote, with whole copies of the files that they changed.</summary>
/// <param name="Bytes">On the disk: a hole in a file takes none.</param>
/// <param name="Files">Regular files.</param>
public sealed record OverlayUse(long Bytes, int Files)
{
    /// <summary>The length of the longest regular file, in bytes, holes included.</summary>
    public long LargestFile { get; init; }

    /// <summary>Adds up what is there now. Nothing has to stand still meanwhile; what is gone in between is left out.</summary>
    /// <param name="uppers">The upper layers.</param>
    /// <param name="isRunning">Whether a step is at work in them: then what it has shut is not opened.</param>
    /// <param name="enough">Stops where there is more than this.</param>
    internal static OverlayUse Of(ImmutableArray<string> uppers, bool isRunning, long enough = long.MaxValue)
    {
        var sum = new Sum(isRunning, enough);
        foreach (var upper in uppers)
        {
            if (Opening.TryPlace(upper) is { } place)
            {
                place.Dispose();
                using var root = Opening.Directory(upper);
                sum.Add(root);
            }
        }

        return new(sum.Bytes, sum.Files) { LargestFile = sum.Largest };
    }

    private sealed class Sum(bool isRunning, long enough)
    {
        private readonly HashSet<ulong> _linked = [];

        public long Bytes { get; private set; }

        public int Files { get; private set; }

        public long Largest { get; private set; }

        /// <summary>One directory is open at a time, however deep they lie: the step decides on that.</summary>
        public void Add(Descriptor root)
        {
            var pending = new Stack<BytePath>([default]);
            while (Bytes <= enough && pending.TryPop(out var path))
            {
                using var directory = isRunning ? Opening.TryDirectoryAsItIs(root, path) : Opening.TryDirectory(root, path);
                if (directory is null)
                {
                    continue;
                }

                foreach (var name in DirectoryReading.Names(directory))
                {
                    Add(directory, name, path, pending);
                }
            }
        }

        private void Add(Descriptor directory, byte[] name, BytePath path, Stack<BytePath> pending)
        {
            if (Stat.TryOf(directory, name) is not { } stat || (stat is { IsDirectory: false, Links: > 1 } && !_linked.Add(stat.Inode)))
            {
                return;
            }

            Bytes += stat.Allocated;
            Files += stat.Type == EntryType.File ? 1 : 0;
            Largest = stat.Type == EntryType.File && stat.Size > Largest ? stat.Size : Largest;
            if (stat.IsDirectory)
            {
                pending.Push(path.Append(name));
            }
        }
    }
}
