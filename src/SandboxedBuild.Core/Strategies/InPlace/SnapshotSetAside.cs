using System.Text;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// Takes back what steps have done in live roots, and keeps it: what was before goes from the copy to the live tree, what the steps left goes into the
/// copy, and that is a copy as <see cref="CopyStrategy"/> has it. From then on the overlay is one of that strategy, live edits and all.
/// </summary>
internal static class SnapshotSetAside
{
    private static readonly byte[] s_aside = Encoding.ASCII.GetBytes("aside");

    public static void Run(Overlay overlay)
    {
        using var locks = overlay.LockRoots(CancellationToken.None);
        SnapshotRollback.Run(overlay, (journal, sites) => Put(journal, sites, overlay));
        if (SnapshotRollback.IsDue(overlay))
        {
            throw InPlaceDiagnostics.NotRolledBack(overlay, "somebody else is at work there").AsException();
        }

        try
        {
            foreach (var root in overlay.Roots)
            {
                using var live = root.OpenLive();
                CopyIndex.Renew(root, live);
            }

            // The strategy first: whoever finds it changed does not bring back what was before once more.
            overlay.BecomeCopy();
            using (var directory = Opening.Directory(overlay.Directory))
            {
                CommitJournal.Clear(directory);
            }

            StepTimes.Forget(overlay.Directory);
            overlay.Roots.ToList().ForEach(root => Yard.Clear(root, overlay.Id));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InPlaceDiagnostics.NotKept(overlay, e.Message).AsException();
        }
    }

    /// <summary>What the rollback has taken out of the live tree lies in the yard, or has changed places with what was before.</summary>
    private static void Put(CommitJournal journal, CommitSites sites, Overlay overlay)
    {
        try
        {
            foreach (var group in journal.Entries.GroupBy(static entry => entry.Root))
            {
                var root = overlay.Roots.First(root => root.Number == group.Key);
                var site = sites[group.Key];
                using var storage = Opening.Directory(root.Storage);
                Naming.MakeDirectory(storage, s_aside, 0x1c0);
                using var aside = Opening.Child(storage, s_aside);
                var copy = new TreeCopy(aside, []);
                using var upper = new WorkDirectories(site.Upper);
                foreach (var entry in group.Where(static entry => entry.Action != CommitAction.SetMetadata))
                {
                    Put(entry, root, aside, site, upper, copy);
                }

                upper.Leave();
                TreeRemoval.Remove(storage, s_aside);
                foreach (var entry in group.Where(static entry => entry.Action == CommitAction.SetMetadata))
                {
                    var path = entry.Path;
                    using var parent = Opening.TryDirectory(site.Upper, path.Parent);
                    if (parent is not null && (path.IsRoot || Stat.TryOf(parent, path.Name) is { IsDirectory: true }))
                    {
                        Metadata.Set(parent, path.Name, entry.Before!);
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InPlaceDiagnostics.NotKept(overlay, e.Message).AsException();
        }
    }

    private static void Put(JournalEntry entry, OverlayRoot root, Descriptor aside, CommitSite site, WorkDirectories upper, TreeCopy copy)
    {
        var path = entry.Path;
        var parent = upper.At(path.Parent);
        if (entry.Place is null)
        {
            // It has changed places with what was before, or that has left its own. It may still be a name of a file that is live.
            if (Stat.TryOf(parent, path.Name) is not null && HasLinks(parent, path.Name))
            {
                var former = Encoding.ASCII.GetBytes($"{Guid.NewGuid():N}");
                Naming.Move(parent, path.Name, aside, former);
                copy.Add(aside, former, parent, path.Name);
            }

            return;
        }

        // Across mounts, and of a file that was written over, what was before is a copy, and still in its place.
        TreeRemoval.Remove(parent, path.Name);
        var placed = Encoding.ASCII.GetBytes(entry.Place);
        if (Stat.TryOf(site.Yard, placed) is null)
        {
            return;
        }

        if (root.SameMount && !HasLinks(site.Yard, placed))
        {
            using var unlocked = Unlocked.For([], (site.Yard, placed));
            Naming.Move(site.Yard, placed, parent, path.Name);
        }
        else
        {
            copy.Add(site.Yard, placed, parent, path.Name);
        }
    }

    /// <summary>Whether a file has several names, in what is moved whole.</summary>
    private static bool HasLinks(Descriptor parent, ReadOnlySpan<byte> name)
    {
        if (Stat.TryOf(parent, name) is not { IsDirectory: true })
        {
            return Stat.TryOf(parent, name) is { Links: > 1 };
        }

        using var directory = Opening.Child(parent, name);
        var has = false;
        Deep.Go(() => has = DirectoryReading.Names(directory).Exists(child => HasLinks(directory, child)));
        return has;
    }
}
