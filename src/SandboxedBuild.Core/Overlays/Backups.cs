using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SandboxedBuild.Commits;
using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Overlays;

/// <summary>
/// The states of overlays after their commit: what the commit took out of the live tree lies in them, and their journals say where it
/// was. They are kept as <c>undo/KEY/ID</c> beside the overlays, one key for the same roots.
/// </summary>
internal static class Backups
{
    private const string DirectoryName = "undo";

    /// <summary>Makes an overlay whose commit is over a backup, and removes those of the same roots that are not to be kept any longer.</summary>
    public static void Keep(string directory, OverlayManifest manifest, Retention retention)
    {
        var parent = Path.GetDirectoryName(directory)!;
        var place = PlaceOf(parent, manifest);
        TreeRemoval.Remove(Path.Combine(directory, "step"));
        LayerStorage.RemoveAll(directory);
        Trim(directory, manifest);

        StateDirectories.PutInto(place, () => Move(manifest.Id, parent, place));
        if (manifest.Announcement is { } announcement)
        {
            StateDirectories.Drop(announcement);
            var announced = PlaceOf(Path.GetDirectoryName(announcement)!, manifest);
            StateDirectories.PutInto(announced, () => File.CreateSymbolicLink(Path.Combine(announced, manifest.Id), Path.Combine(place, manifest.Id)));
        }

        Prune(place, retention, DateTime.UtcNow);
    }

    /// <summary>
    /// Puts a backup back among the overlays, where a recovery finds it if it is cut off while it is undone.
    /// </summary>
    /// <returns>Its new directory.</returns>
    public static string Restore(string directory)
    {
        var id = Path.GetFileName(directory);
        var place = Path.GetDirectoryName(directory)!;
        var parent = Path.GetDirectoryName(Path.GetDirectoryName(place)!)!;
        Move(id, place, parent);
        var restored = Path.Combine(parent, id);
        if (OverlayManifest.Of(restored) is { Announcement: { } announcement } manifest)
        {
            StateDirectories.Drop(announcement);
            File.CreateSymbolicLink(announcement, restored);
            var announced = PlaceOf(Path.GetDirectoryName(announcement)!, manifest);
            StateDirectories.Drop(Path.Combine(announced, id));
            Leave(announced);
        }

        return restored;
    }

    /// <summary>The directories of all backups, the newest first.</summary>
    public static ImmutableArray<string> All(IEnumerable<string> parents) =>
    [
        .. parents.SelectMany(static parent => StateDirectories.In(Path.Combine(parent, DirectoryName))).SelectMany(StateDirectories.In)
            .OrderByDescending(Retention.NotedAt).DistinctBy(Path.GetFileName, StringComparer.Ordinal),
    ];

    /// <summary>Removes what is too old, or too many by what each newest one says.</summary>
    /// <returns>The ids of those that were removed.</returns>
    public static IEnumerable<string> Collect(string parent, DateTime now) =>
        StateDirectories.In(Path.Combine(parent, DirectoryName)).SelectMany(place => Newest(place) is { } newest ? Prune(place, Retention.Read(newest) ?? new(0, default), now) : []);

    /// <summary>
    /// Removes links to states elsewhere that somebody has deleted by hand. One whose place is not there at all may be on a disk that is not mounted now:
    /// it is given a week.
    /// </summary>
    /// <returns>The ids that they were for.</returns>
    public static IEnumerable<string> DropLost(string parent, DateTime now)
    {
        foreach (var place in StateDirectories.In(Path.Combine(parent, DirectoryName)).Append(parent))
        {
            var lost = StateDirectories.Links(place).Where(link => !Directory.Exists(link.FullName) && (Directory.Exists(Path.GetDirectoryName(link.LinkTarget)) || link.LastWriteTimeUtc < now - Retention.Default.Age)).ToList();
            foreach (var link in lost)
            {
                StateDirectories.Drop(link.FullName);
                yield return link.Name;
            }

            if (lost.Count > 0 && place != parent)
            {
                Leave(place);
            }
        }
    }

    /// <summary>Removes one backup, with the directories that are empty then.</summary>
    public static void Remove(string directory)
    {
        var real = Paths.RealPath.OfDirectory(directory);
        var manifest = OverlayManifest.Of(real);
        OverlayStore.Remove(real, manifest);
        Leave(Path.GetDirectoryName(real)!);
        if (manifest?.Announcement is { } announcement)
        {
            var announced = PlaceOf(Path.GetDirectoryName(announcement)!, manifest);
            StateDirectories.Drop(Path.Combine(announced, manifest.Id));
            Leave(announced);
        }
    }

    /// <summary>Where the backups of the same roots as an overlay's are.</summary>
    public static string PlaceOf(Overlay overlay) => PlaceOf(Path.GetDirectoryName(overlay.Directory)!, overlay.Manifest);

    /// <summary>Where the backups of the same roots are.</summary>
    private static string PlaceOf(string parent, OverlayManifest manifest)
    {
        var roots = string.Join('\0', manifest.Roots.Select(static root => root.Path));
        return Path.Combine(parent, DirectoryName, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(roots)))[..16]);
    }

    private static string? Newest(string place) => StateDirectories.In(place).MaxBy(Retention.NotedAt);

    private static List<string> Prune(string place, Retention retention, DateTime now)
    {
        var removed = new List<string>();
        foreach (var directory in StateDirectories.In(place).OrderByDescending(Retention.NotedAt).ToList().Where((directory, index) => index >= retention.Count || Retention.NotedAt(directory) < now - retention.Age))
        {
            try
            {
                using var owner = FileLock.TryTakeSoon(Path.Combine(directory, Overlay.OwnerFile), Overlay.SweepTime);
                if (owner is not null && !CommitJournal.IsOpen(directory))
                {
                    Remove(directory);
                    removed.Add(Path.GetFileName(directory));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody else removes it at this moment, or it cannot be removed at all: no reason for a commit to fail.
            }
        }

        return removed;
    }

    private static void Move(string id, string from, string to)
    {
        using var source = Opening.Directory(from);
        using var target = Opening.Directory(to);
        var name = Encoding.ASCII.GetBytes(id);
        Naming.Move(source, name, target, name);
    }

    /// <summary>Removes what no undo has a use for.</summary>
    private static void Trim(string directory, OverlayManifest manifest)
    {
        var journal = CommitJournal.Read(new(directory, manifest, owner: null));
        foreach (var root in manifest.Roots)
        {
            Strategies.Strategy.Named(manifest.Strategy)!.Trim(root, [.. journal.Entries.Where(entry => entry.Root == root.Number && (entry.Place is null || entry.Action == CommitAction.Overwrite) && entry.Action != CommitAction.SetMetadata).Select(static entry => entry.Path)]);
        }
    }

    /// <summary>Removes the place of the backups of some roots when the last one is gone.</summary>
    public static void LeaveIfEmpty(string parent, OverlayManifest manifest)
    {
        if (PlaceOf(parent, manifest) is var place && Directory.Exists(place))
        {
            Leave(place);
        }
    }

    private static void Leave(string place)
    {
        if (Directory.Exists(place) && StateDirectories.In(place).Count == 0)
        {
            ReturnedEntries.Forget(place);
        }

        _ = StateDirectories.TryLeave(place) && StateDirectories.TryLeave(Path.GetDirectoryName(place)!);

        OverlayStore.LeaveBeside(Path.GetDirectoryName(Path.GetDirectoryName(place)!)!);
    }
}
