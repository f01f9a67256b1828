using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Progress;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Changes;

/// <summary>
/// Finds what the steps of an overlay changed by walking its upper layers: work grows with the changes, never with the tree. Both
/// trees are walked by directory descriptors, no symlink followed. Marks of overlayfs:
/// Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
/// </summary>
public static class Collector
{
    /// <summary>What the steps of an overlay changed, by whatever strategy. No step runs meanwhile: the caller has the overlay's turn.</summary>
    public static ChangeSet Collect(Overlay overlay) => overlay.Strategy.Collect(overlay);

    /// <summary>Compares the upper layers with the live roots.</summary>
    internal static ChangeSet FromUppers(Overlay overlay)
    {
        var entries = ImmutableArray.CreateBuilder<Change>();
        var residue = ImmutableArray.CreateBuilder<(OverlayRoot, BytePath)>();
        foreach (var root in overlay.Roots)
        {
            using var upper = Opening.Directory(root.Upper);
            using var live = root.OpenLive();
            var walk = new Walk(root, overlay.Marker, new(overlay.Progress, WorkKind.Collecting, root.Path));
            try
            {
                walk.Top(upper, live);
            }
            catch (SystemCallException e) when (e.Error == Errno.TooManyFiles)
            {
                throw ChangeDiagnostics.TooDeep().AsException();
            }

            walk.AddLinked();
            OtherNames.Add(walk.Changes, root, live);
            entries.AddRange(Renames.Infer(walk.Changes, walk.Remade, upper, live));
            residue.AddRange(walk.Residue.Select(path => (root, path)));
        }

        return new(entries.DrainToImmutable(), residue.DrainToImmutable());
    }

    /// <summary>Which of overlayfs's own attributes an entry carries.</summary>
    internal static OverlayMarks Marks(Descriptor directory, byte[] name, in EntryStat stat)
    {
        var marks = OverlayMarks.None;
        foreach (var attribute in stat.Type == EntryType.SymbolicLink ? [] : Attributes.Names(directory, name))
        {
            if (attribute.AsSpan().StartsWith(Attributes.OverlayPrefix))
            {
                marks = marks == OverlayMarks.None && attribute.AsSpan().SequenceEqual(Attributes.Origin) ? OverlayMarks.Origin : OverlayMarks.Others;
            }
        }

        return marks;
    }

    /// <summary>One root's walk.</summary>
    private sealed class Walk(OverlayRoot root, long marker, Tally tally)
    {
        private readonly List<Change> _linked = [];
        private bool _displaced;
        private bool _opaque;

        public List<Change> Changes { get; } = [];

        /// <summary>Files that are no copies of the live ones, and yet the same in everything.</summary>
        public List<Change> Remade { get; } = [];

        public List<BytePath> Residue { get; } = [];

        public void Top(Descriptor upper, Descriptor live)
        {
            Merged(upper, live, default);
            CompareMetadata(upper, live, [], default, UpperRoot.AsMade(Stat.Of(upper), Stat.Of(live)), Stat.Of(live));
            Changes.Sort(static (left, right) => left.Path.CompareTo(right.Path));
        }

        /// <summary>
        /// A file that was given another name was copied up as it is. It goes with that name, so that the two are links of one file; so does
        /// one that was put in the place of a file that was the same in everything.
        /// </summary>
        public void AddLinked()
        {
            var names = Changes.Where(static change => change.Upper is { IsDirectory: false, Links: > 1 }).Concat(_linked).CountBy(static change => change.Upper!.Value.Inode).ToDictionary();
            var linked = _linked.Where(change => names[change.Upper!.Value.Inode] > 1).ToList();
            if (linked.Count > 0)
            {
                Changes.AddRange(linked);
                Changes.Sort(static (left, right) => left.Path.CompareTo(right.Path));
            }
        }

        /// <summary>A directory that is in both: what the upper has decides, all else is as it was.</summary>
        private void Merged(Descriptor upper, Descriptor live, BytePath path)
        {
            foreach (var name in DirectoryReading.Names(upper))
            {
                Compare(upper, live, name, path.Append(name));
            }
        }

        /// <summary>A directory that was deleted and made again: what the upper does not have is gone.</summary>
        private void Opaque(Descriptor upper, Descriptor live, BytePath path)
        {
            Merged(upper, live, path);
            foreach (var name in DirectoryReading.Names(live).Where(name => Stat.TryOf(upper, name) is null))
            {
                Deleted(live, name, path.Append(name), Stat.TryOf(live, name)!.Value, goesWithParent: false);
            }
        }

        private void Compare(Descriptor upper, Descriptor live, byte[] name, BytePath path)
        {
            tally.Add();
            var now = Stat.TryOf(upper, name)!.Value;
            var before = Stat.TryOf(live, name);
            switch (now.IsWhiteout, before)
            {
                case (true, null):
                    break;
                case (true, { } gone):
                    Deleted(live, name, path, gone, goesWithParent: false);
                    break;
                case (false, null):
                    Added(upper, name, path, now, goesWithParent: false);
                    break;
                case (false, { IsDirectory: true } former) when now.IsDirectory:
                    var outside = _displaced;
                    var merged = !_opaque;
                    _displaced |= IsAnother(upper, live, name, former);
                    using (var upperDirectory = Opening.Child(upper, name))
                    using (var liveDirectory = Opening.Child(live, name))
                    {
                        Deep.Go(() => Descend(upperDirectory, liveDirectory, path));
                    }

                    CompareMetadata(upper, live, name, path, now, former);
                    _displaced = outside;
                    _opaque = !merged;
                    break;
                case (false, { } former) when now.Type == former.Type && Contents.AreEqual(upper, now, live, former, name):
                    CompareMetadata(upper, live, name, path, now, former);
                    break;
                case (false, { } former):
                    Replaced(upper, live, name, path, now, former);
                    break;
            }
        }

        /// <summary>
        /// Whether the live directory is another one than the step saw. Overlayfs notes the handle of the lower directory on the upper
        /// one; one that was made anew over a deleted one has no such note, and is judged by the time.
        /// </summary>
        private bool IsAnother(Descriptor upper, Descriptor live, byte[] name, in EntryStat former) =>
            Origin(upper, name) is { } origin
                ? FileHandles.Of(live, name) is { } handle && !origin.AsSpan().SequenceEqual(handle)
                : Attributes.Value(upper, name, "user.overlay.opaque"u8) is not null && former.Changed > marker;

        private static byte[]? Origin(Descriptor upper, byte[] name) =>
            Attributes.Value(upper, name, Attributes.Origin) is { } note ? FileHandles.FromOrigin(note) : null;

        private void Descend(Descriptor upper, Descriptor live, BytePath path)
        {
            // What is below an opaque directory is opaque too, without a mark of its own.
            _opaque |= Attributes.Value(upper, default, "user.overlay.opaque"u8) is [(byte)'y'];
            if (_opaque)
            {
                Opaque(upper, live, path);
            }
            else
            {
                Merged(upper, live, path);
            }
        }

        private void Replaced(Descriptor upper, Descriptor live, byte[] name, BytePath path, EntryStat now, EntryStat former)
        {
            Changes.Add(new(root, path, ChangeKind.Modified, now.Type) { Upper = now, Live = former, IsDisplaced = _displaced, Marks = Marks(upper, name, now) });
            if (former.IsDirectory)
            {
                using var directory = Opening.Child(live, name);
                EachDeleted(directory, path);
            }

            if (now.IsDirectory)
            {
                using var directory = Opening.Child(upper, name);
                EachAdded(directory, path);
            }
        }

        private void Added(Descriptor upper, byte[] name, BytePath path, EntryStat now, bool goesWithParent)
        {
            // A directory with a note of a lower one, which is not there any more: somebody has moved or deleted it.
            var outside = _displaced;
            _displaced |= now.IsDirectory && Attributes.Value(upper, name, Attributes.Origin) is not null && !MountPointPlaces.AreOriginOf(root, path, Origin(upper, name));
            Changes.Add(new(root, path, ChangeKind.Added, now.Type) { Upper = now, GoesWithParent = goesWithParent, IsDisplaced = _displaced, Marks = Marks(upper, name, now) });
            if (now.IsDirectory)
            {
                using var directory = Opening.Child(upper, name);
                Deep.Go(() => EachAdded(directory, path));
            }

            _displaced = outside;
        }

        private void EachAdded(Descriptor directory, BytePath path)
        {
            foreach (var name in DirectoryReading.Names(directory))
            {
                tally.Add();
                var now = Stat.TryOf(directory, name)!.Value;
                if (now.IsWhiteout)
                {
                    Residue.Add(path.Append(name));
                }
                else
                {
                    Added(directory, name, path.Append(name), now, goesWithParent: true);
                }
            }
        }

        private void Deleted(Descriptor live, byte[] name, BytePath path, EntryStat gone, bool goesWithParent)
        {
            Changes.Add(new(root, path, ChangeKind.Deleted, gone.Type) { Live = gone, GoesWithParent = goesWithParent, IsDisplaced = _displaced });
            if (gone.IsDirectory)
            {
                using var directory = Opening.Child(live, name);
                Deep.Go(() => EachDeleted(directory, path));
            }
        }

        private void EachDeleted(Descriptor directory, BytePath path)
        {
            foreach (var name in DirectoryReading.Names(directory))
            {
                tally.Add();
                if (Stat.TryOf(directory, name) is { } gone)
                {
                    Deleted(directory, name, path.Append(name), gone, goesWithParent: true);
                }
            }
        }

        /// <summary>A file that was only touched, or had its mode changed, was copied up whole; a directory is for anything in it.</summary>
        private void CompareMetadata(Descriptor upper, Descriptor live, byte[] name, BytePath path, EntryStat now, EntryStat former)
        {
            var hasSameRights = now.Mode == former.Mode && now.Uid == former.Uid && now.Gid == former.Gid && UserAttributes.AreEqual(upper, live, name, now.Type);
            var isSame = hasSameRights && now.Modified == former.Modified;
            var change = new Change(root, path, ChangeKind.Metadata, now.Type)
            {
                Upper = now,
                Live = former,
                IsDisplaced = _displaced,
                Marks = Marks(upper, name, now),

                // Another name of the file is another way to change it.
                IsOnlyTimes = hasSameRights && (now.IsDirectory || now.Links == 1),
            };
            if (!isSame)
            {
                Changes.Add(change);
                return;
            }

            if (now is { IsDirectory: false, Links: > 1 })
            {
                _linked.Add(change);
            }

            if (change is { Type: EntryType.File, HasOverlayAttributes: false })
            {
                Remade.Add(change);
            }
        }
    }
}
