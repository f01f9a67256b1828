using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;
using SandboxedBuild.Progress;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Overlays;

/// <summary>Makes overlays, finds them again by id, and removes those that a dead process left behind.</summary>
/// <param name="Environment">The caller's, for the cache directory.</param>
/// <param name="StateDirectory">Where overlays are to be kept, or null for the usual places.</param>
public sealed record OverlayStore(CallerEnvironment Environment, string? StateDirectory)
{
    /// <summary>Lies in every directory of overlays; nothing is committed into one that has it.</summary>
    internal const string CreationLock = ".sandboxed-build.lock";

    /// <summary>How much of a root is copied at most.</summary>
    internal CopyLimits Limits { get; init; } = CopyLimits.Default;

    /// <summary>Is told now and then how far what takes its time has come: in the store, and in the overlays that it gives.</summary>
    public Action<WorkProgress>? Progress { get; init; }

    /// <summary>Makes an overlay of these directories; one that lies in another of them is part of that one.</summary>
    /// <param name="roots">The directories.</param>
    /// <param name="within">
    /// A directory that earlier steps may have written to: below it, a root is not reached through a symlink, which one of them could
    /// have left there.
    /// </param>
    /// <param name="strategy">How what its steps write is caught; by an overlay filesystem if nothing is said.</param>
    /// <param name="cancellation">Ends the copy of a root, where one is made.</param>
    /// <exception cref="SandboxException">A root is missing or no directory, or there is no place for the state.</exception>
    public Overlay Create(IEnumerable<string> roots, string? within = null, Strategy? strategy = null, CancellationToken cancellation = default)
    {
        strategy ??= Strategy.Overlay;
        var paths = RealRoots.Of(roots, within);

        // What others do in the roots from here on is none of the overlay's, so they wait.
        var locks = strategy.IsInPlace ? RootLocks.Take(paths, cancellation) : null;
        try
        {
            var overlay = Make(paths, strategy, cancellation);
            if (locks is not null)
            {
                overlay.HoldRoots(locks);
            }

            return overlay;
        }
        catch
        {
            locks?.Dispose();
            throw;
        }
    }

    private Overlay Make(ImmutableArray<string> paths, Strategy strategy, CancellationToken cancellation)
    {
        var (parent, creation) = Enter(paths);
        using var creating = creation;

        var id = OverlayId.New();
        var directory = Path.Combine(parent, id);
        StateLocation.MakePrivate(parent, id);
        var owner = FileLock.TryTake(Path.Combine(directory, Overlay.OwnerFile), create: true)!;
        var manifest = new OverlayManifest(
            OverlayManifest.CurrentVersion,
            id,
            MarkerIn(directory),
            AnnouncementFor(id, parent, paths),
            [.. paths.Select((path, index) => Place(path, index + 1, directory, id))])
        {
            Strategy = strategy.Name,
        };
        try
        {
            // A copy takes its time; whoever finds it cut off knows by this where its parts are.
            manifest.Write(Path.Combine(directory, Overlay.UnfinishedFile));
            StateLocation.MakePrivate(directory, "step");
            foreach (var root in manifest.Roots)
            {
                StateLocation.MakePrivate(Path.GetDirectoryName(root.Storage)!, Path.GetFileName(root.Storage));
                if (strategy.HasWayBack)
                {
                    SwapTrial.Require(root, id);
                }

                strategy.LayOut(root, new(Limits, Progress, cancellation));
            }

            // Last: a directory with a manifest is whole.
            File.Move(Path.Combine(directory, Overlay.UnfinishedFile), Path.Combine(directory, Overlay.ManifestFile));
            if (manifest.Announcement is { } announcement)
            {
                File.CreateSymbolicLink(announcement, directory);
            }

            return new(directory, manifest, owner) { Progress = Progress };
        }
        catch
        {
            Remove(directory, manifest);
            owner.Dispose();
            throw;
        }
    }

    /// <summary>The directory for a new overlay, and the lock under which overlays are made in it.</summary>
    private (string Parent, FileLock Creation) Enter(ImmutableArray<string> paths)
    {
        while (true)
        {
            var parent = StateLocation.Choose(paths[0], paths, StateDirectory, Environment);
            try
            {
                var creation = FileLock.Take(Path.Combine(parent, CreationLock), CancellationToken.None, shared: true);
                if (File.Exists(Path.Combine(parent, CreationLock)))
                {
                    return (parent, creation);
                }

                creation.Dispose();
            }
            catch (SystemCallException e) when (e.Error == Errno.NotFound)
            {
                // The last overlay in it went, and the directory with it (see LeaveBeside).
            }
        }
    }

    /// <summary>A hidden directory beside a root goes with the last overlay in it; nobody asked for it.</summary>
    internal static void LeaveBeside(string parent)
    {
        using var creation = Path.GetFileName(parent).StartsWith(".sandboxed-build-", StringComparison.Ordinal) ? FileLock.TryTake(Path.Combine(parent, CreationLock), create: false) : null;
        if (creation is not null && Directory.Exists(parent) && Directory.EnumerateFileSystemEntries(parent).Count() == 1)
        {
            File.Delete(Path.Combine(parent, CreationLock));
            Directory.Delete(parent);
        }
    }

    /// <summary>Finds an overlay by its id.</summary>
    /// <exception cref="SandboxException">There is none, or it is not this user's.</exception>
    public Overlay Open(string id)
    {
        if ((OverlayId.Is(id) ? Candidates().Select(parent => Path.Combine(parent, id)).FirstOrDefault(IsOwn) : null) is { } directory
            && RealPath.TryOfDirectory(directory) is { } real && OverlayManifest.Of(real) is { } manifest && manifest.Id == id)
        {
            // A held overlay has no owner until now; one of this build is owned by the task that made it.
            var held = File.Exists(Path.Combine(real, Overlay.HeldFile));
            return new(real, manifest, FileLock.TryTakeSoon(Path.Combine(real, Overlay.OwnerFile), held ? Overlay.SweepTime : TimeSpan.Zero)) { Progress = Progress };
        }

        throw InputDiagnostics.UnknownOverlay(id, Candidates()).AsException();
    }

    /// <summary>
    /// Removes the overlays whose owner is gone and that nobody asked to keep; a commit that was cut off is finished first.
    /// </summary>
    /// <param name="roots">Directories beside which overlays may be kept, besides the usual places.</param>
    /// <returns>What could not be put right, for the log.</returns>
    public ImmutableArray<Diagnostic> Sweep(params IReadOnlyCollection<string> roots)
    {
        var reports = ImmutableArray.CreateBuilder<Diagnostic>();
        var beside = roots.Where(Directory.Exists).Select(static root => StateLocation.Beside(RealPath.OfDirectory(root))).OfType<string>().Where(Directory.Exists).Where(IsOwn);
        foreach (var parent in Candidates().Where(Directory.Exists).Concat(beside).Distinct(StringComparer.Ordinal))
        {
            // Whoever is making an overlay has this lock: a half-made one is not to be taken for a dead one.
            var states = StateDirectories.In(parent).Where(static path => OverlayId.Is(Path.GetFileName(path))).ToList();
            using (var creation = states.Count > 0 ? TryEnter(parent) : null)
            {
                if (creation is not null)
                {
                    reports.AddRange(states.Where(IsOwn).Select(RemoveIfDead).OfType<Diagnostic>());
                }
            }

            LeaveBeside(parent);
        }

        return reports.DrainToImmutable();
    }

    private static FileLock? TryEnter(string parent)
    {
        try
        {
            return FileLock.TryTake(Path.Combine(parent, CreationLock), create: true);
        }
        catch (SystemCallException)
        {
            // Nothing can be written there, so nothing can be removed.
            return null;
        }
    }

    /// <summary>Removes an overlay's state, or keeps it as a backup when a commit asked for that.</summary>
    internal static void Retire(string directory, OverlayManifest? manifest, Action<WorkProgress>? progress = null)
    {
        if (manifest is not null && BackupOf(directory, manifest) is { } retention)
        {
            Backups.Keep(directory, manifest, retention);
        }
        else
        {
            Remove(directory, manifest, progress);
            if (manifest is not null)
            {
                Backups.LeaveIfEmpty(Path.GetDirectoryName(directory)!, manifest);
            }
        }
    }

    /// <summary>For how long the state is to be kept as the backup of a commit; null if it is not.</summary>
    internal static Retention? BackupOf(string directory, OverlayManifest manifest) =>
        // Across mounts it would have to stay in the root.
        CommitJournal.IsDone(directory) && manifest.Roots.All(static root => root.SameMount) && Retention.Read(directory) is { Count: > 0 } retention ? retention : null;

    /// <summary>Finds the backup of a commit, to undo it; disposing what is given, after <see cref="Overlay.Discard"/>, keeps it as one if it was not.</summary>
    /// <exception cref="SandboxException">There is none.</exception>
    public Overlay OpenBackup(string id)
    {
        var directory = Backups.All(Candidates()).FirstOrDefault(path => Path.GetFileName(path) == id && IsOwn(path));
        var owner = directory is null ? null : FileLock.TryTakeSoon(Path.Combine(directory, Overlay.OwnerFile), Overlay.SweepTime);
        if (owner is null || !Directory.Exists(directory))
        {
            owner?.Dispose();
            throw InputDiagnostics.UnknownOverlay(id, Candidates()).AsException();
        }

        var restored = Backups.Restore(RealPath.OfDirectory(directory!));
        return OverlayManifest.Of(restored) is { } manifest ? new(restored, manifest, owner) { Progress = Progress } : throw InputDiagnostics.UnknownOverlay(id, Candidates()).AsException();
    }

    /// <summary>The backups of commits that can be undone, the newest first.</summary>
    public ImmutableArray<Backup> Undoable() =>
    [
        .. Backups.All(Candidates()).Where(IsOwn).Select(static path => (Path: path, Manifest: OverlayManifest.Of(path)))
            .Where(static pair => pair.Manifest is not null && CommitJournal.IsDone(pair.Path))
            .Select(static pair => new Backup(pair.Manifest!.Id, pair.Path, [.. pair.Manifest.Roots.Select(static root => root.Path)])),
    ];

    /// <summary>Removes the backups that are not to be kept any longer, and links to what is not there any more.</summary>
    /// <returns>The ids of what was removed.</returns>
    public ImmutableArray<string> Collect() =>
        [.. Candidates().SelectMany(static parent => Backups.Collect(parent, DateTime.UtcNow).Concat(Backups.DropLost(parent, DateTime.UtcNow))).Distinct(StringComparer.Ordinal)];

    /// <summary>Removes an overlay's state: what leads to it, the parts beside other roots, the directory itself.</summary>
    internal static void Remove(string directory, OverlayManifest? manifest, Action<WorkProgress>? progress = null)
    {
        var tally = new Tally(progress, WorkKind.Removing);
        if (manifest?.Announcement is { } announcement)
        {
            DropAnnouncement(announcement);
        }

        if (manifest is not null && Strategy.Named(manifest.Strategy)!.IsInPlace)
        {
            // Before what was kept goes: half of it brings nothing back.
            StepTimes.Forget(directory);
        }

        foreach (var root in manifest?.Roots ?? [])
        {
            Yard.Clear(root, manifest!.Id);
            TreeRemoval.Remove(root.Storage, tally);
            LeaveBeside(Path.GetDirectoryName(root.Storage)!);
        }

        if (Directory.Exists(directory))
        {
            using var state = Opening.Directory(directory);
            CommitJournal.Drop(state);
        }

        TreeRemoval.Remove(directory, last: Overlay.OwnerFile, tally);
        LeaveBeside(Path.GetDirectoryName(directory)!);
    }

    private Diagnostic? RemoveIfDead(string path)
    {
        try
        {
            using var owner = FileLock.TryTakeSoon(Path.Combine(path, Overlay.OwnerFile), TimeSpan.Zero);
            if (owner is null)
            {
                // Of a removal that was cut off, an empty directory without an owner is left.
                TreeRemoval.RemoveEmpty(path);
                return null;
            }

            var directory = RealPath.OfDirectory(path);
            var manifest = OverlayManifest.Of(directory);
            var report = manifest is not null && CommitJournal.IsOpen(directory) ? Recovery.Run(new(directory, manifest, owner: null) { Progress = Progress }) : null;
            if (!CommitJournal.IsOpen(directory) && !File.Exists(Path.Combine(directory, Overlay.HeldFile)))
            {
                // Where the watch was killed too, nobody has done it yet.
                SetupProcesses.End(Path.GetFileName(path));
                report = manifest is null ? report : Recovery.TakeBack(new(directory, manifest, owner: null) { Progress = Progress }) ?? report;
                if (report is { IsWarning: false })
                {
                    return report;
                }

                Retire(directory, manifest ?? OverlayManifest.TryRead(Path.Combine(directory, Overlay.UnfinishedFile)), Progress);
            }

            return report;
        }
        catch (SandboxException e)
        {
            return e.Diagnostic;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else removes it at this moment, or it cannot be removed at all: no reason to stop a step that has its own.
        }

        return null;
    }

    private static void DropAnnouncement(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            File.Delete(path);
        }
    }

    /// <summary>The part for one root: in the state directory where renames to the root work from there, else beside the root.</summary>
    private static OverlayRoot Place(string path, int number, string directory, string id)
    {
        using var live = Opening.Directory(path);
        var (stat, handle) = (Stat.Of(live), OverlayRoot.HandleOf(live));
        var inside = Path.Combine(directory, number.ToString(CultureInfo.InvariantCulture));
        if (StateLocation.SameMount(directory, path))
        {
            return Root(inside, sameMount: true);
        }

        return number > 1 && StateLocation.Beside(path) is { } beside && StateLocation.TryPrivate(beside) && StateLocation.SameMount(beside, path)
            ? Root(Path.Combine(beside, $"{id}-{number}"), sameMount: true)
            : Root(inside, sameMount: false);

        OverlayRoot Root(string storage, bool sameMount) => new(number, path, storage, sameMount, stat.Device, stat.Inode) { Handle = handle };
    }

    private static long MarkerIn(string directory)
    {
        using var descriptor = Opening.Directory(directory);
        return ClockMarker.In(descriptor, Encoding.UTF8.GetBytes(Overlay.OwnerFile));
    }

    /// <summary>
    /// A symlink in the cache directory to an overlay that is somewhere else: <see cref="Open"/> finds it there, and so does a recovery by
    /// somebody who does not know of that place. For somebody who has another place for overlays, no cache directory is made.
    /// </summary>
    private string? AnnouncementFor(string id, string parent, ImmutableArray<string> roots) =>
        StateLocation.InCache(Environment) is { } cache && parent != cache && (StateDirectory is null || Directory.Exists(cache)) && !roots.Any(root => RealPath.IsAtOrBelow(RealPath.OfFuture(cache), root)) && StateLocation.TryPrivate(cache)
            ? Path.Combine(cache, id)
            : null;

    /// <summary>The directories in which overlays are looked for.</summary>
    internal IEnumerable<string> Candidates() => new[] { StateDirectory, StateLocation.InCache(Environment) }.OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>Whether a state directory is this user's own and closed to others, so that its manifest can be believed.</summary>
    internal static bool IsOwn(string directory)
    {
        if (!Directory.Exists(directory))
        {
            DropAnnouncement(directory);
            return false;
        }

        try
        {
            using var descriptor = Opening.Directory(directory);
            var stat = Stat.Of(descriptor);
            return stat.Uid == Caller.Uid && (stat.Mode & 0x3f) == 0;
        }
        catch (SystemCallException e) when (e.Error == Errno.NotFound)
        {
            // It went at this moment.
            return false;
        }
    }
}
