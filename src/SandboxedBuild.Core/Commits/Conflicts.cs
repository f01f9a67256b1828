using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>Finds the operations that would undo somebody else's work: live edits win.</summary>
internal static class Conflicts
{
    /// <summary>The operations that must not be done, in their order, and why.</summary>
    public static List<(CommitOperation Operation, string Reason)> Among(ImmutableArray<CommitOperation> operations, Overlay overlay)
    {
        var made = operations.Where(static operation => operation.Action == CommitAction.MakeDirectory).Select(static operation => (operation.Change.Root, operation.Change.Path)).ToHashSet();
        var reasons = new string?[operations.Length];
        using var live = Open();
        SideBySide.Run(operations.Length, live, Open, (live, index) =>
        {
            var (root, path) = (operations[index].Change.Root, operations[index].Change.Path);
            if (made.Count == 0 || !made.Contains((root, path.Parent)))
            {
                reasons[index] = Find(operations[index], live[root], overlay);
            }
        });
        return [.. operations.Zip(reasons).Where(static pair => pair.Second is not null).Select(static pair => (pair.First, pair.Second!))];

        static WorkRoots Open() => new(static root => root.OpenLive());
    }

    /// <summary>Why an operation must not be done, or null.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="live">The live tree.</param>
    /// <param name="overlay">For the time at which the overlay was made.</param>
    private static string? Find(CommitOperation operation, WorkDirectories live, Overlay overlay)
    {
        var change = operation.Change;
        if (live.TryAround(change.Path) is not { } parent)
        {
            return "the directory that it is in is gone or has become something else";
        }

        if (change.IsDisplaced)
        {
            return "it, or the directory that it was in, has been moved or deleted meanwhile";
        }

        var now = change.Path.IsRoot ? Stat.Of(live.Root) : Stat.TryOf(parent, change.Path.Name);
        return operation.Action switch
        {
            CommitAction.MoveIn or CommitAction.MakeDirectory => now is null ? null : "it has been created meanwhile",
            CommitAction.SetMetadata when change.Live is { } before => now is not { IsDirectory: true } directory ? "it is no directory any more"
                : directory.Changed > overlay.Marker && (directory.Mode, directory.Uid, directory.Gid) != (change.Upper!.Value.Mode, change.Upper!.Value.Uid, change.Upper!.Value.Gid) && (before.Mode, before.Uid, before.Gid) != (change.Upper!.Value.Mode, change.Upper!.Value.Uid, change.Upper!.Value.Gid)
                    ? "its permissions or its entries have been changed meanwhile"
                    : null,
            CommitAction.SetMetadata => null,
            _ when now is null => "it has been deleted meanwhile",
            _ => now.Value.Inode != change.Live!.Value.Inode ? "it has been changed meanwhile" : ChangedSince(parent, change.Path.Name, overlay.Marker, now: now),
        };
    }

    /// <summary>Whether an entry, or anything in it, was changed after a moment, and what; null when nothing was.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="name">The entry.</param>
    /// <param name="marker">The moment: nanoseconds since 1970.</param>
    /// <param name="changed">When the entry itself was changed, where its ctime does not tell.</param>
    /// <param name="now">What the entry is, where that is known already.</param>
    public static string? ChangedSince(Descriptor parent, ReadOnlySpan<byte> name, long marker, long? changed = null, EntryStat? now = null)
    {
        // The ctime cannot be set back, unlike the mtime.
        if ((now ?? Stat.TryOf(parent, name)) is not { } present || (changed ?? present.Changed) > marker)
        {
            return "it has been changed meanwhile";
        }

        if (!present.IsDirectory)
        {
            return null;
        }

        // To take a directory away is to take away all that is in it now.
        using var directory = Opening.Child(parent, name);
        string? reason = null;
        Deep.Go(() => reason = ChangedIn(directory, marker));
        return reason;
    }

    private static string? ChangedIn(Descriptor directory, long marker)
    {
        foreach (var child in DirectoryReading.Names(directory))
        {
            if (ChangedSince(directory, child, marker) is not null)
            {
                return $"{BytePath.Display(child)} in it has been changed meanwhile";
            }
        }

        return null;
    }
}
