using System.Collections.Immutable;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Policies;

/// <summary>
/// What a step may not change without a grant, for a program would execute or trust it later, outside any sandbox: see
/// docs/adr/0010-protected-paths.md.
/// </summary>
public sealed record ProtectedPaths
{
    /// <summary>What is protected everywhere, and nothing granted.</summary>
    public static ProtectedPaths Default { get; } = new();

    /// <summary>Everything is granted.</summary>
    public static ProtectedPaths None { get; } = new() { Granted = [ProtectedGlob.Everything] };

    /// <summary>What is protected besides: what the patterns mean with all that is in it, whatever the case of the letters.</summary>
    public ImmutableArray<ProtectedGlob> Protect { get; init; } = [];

    /// <summary>What may be changed all the same: what the patterns mean, exactly.</summary>
    public ImmutableArray<ProtectedGlob> Granted { get; init; } = [];

    /// <summary>Finds the changes that need a grant and have none. Each counts whatever its kind; only other times are nothing.</summary>
    public ImmutableArray<ProtectedChange> Find(ChangeSet changes) => Find(changes.Entries, changes.Notable);

    /// <summary>The same for some of them.</summary>
    /// <param name="changes">Changes in the order of a change set: those of one root together.</param>
    /// <param name="notable">Those of them that do not merely come along (<see cref="Change.ComesAlong"/>).</param>
    internal ImmutableArray<ProtectedChange> Find(ImmutableArray<Change> changes, ImmutableArray<Change> notable)
    {
        // What comes along with a new directory is protected only if that is, or by a pattern.
        var found = Protected(Protect.IsEmpty ? notable : changes);
        if (found.Count > 0 && Protect.IsEmpty)
        {
            found = Protected(changes);
        }

        return [.. found.Where(change => !IsGranted(change.Change))];
    }

    private List<ProtectedChange> Protected(ImmutableArray<Change> changes)
    {
        var found = new List<ProtectedChange>();
        for (var rest = changes.AsSpan(); !rest.IsEmpty;)
        {
            var root = rest[0].Root;
            var count = 1;
            while (count < rest.Length && rest[count].Root == root)
            {
                count++;
            }

            found.AddRange(Protected(root, rest[..count]));
            rest = rest[count..];
        }

        return found;
    }

    private List<ProtectedChange> Protected(OverlayRoot root, ReadOnlySpan<Change> changes)
    {
        // By their names and, in the same look, whether there could be such a repository. There hardly ever is one.
        var candidates = new BareRepositories();
        var found = Protected(new Names(this, root, []), changes, candidates);
        return candidates.In(root) is { Count: > 0 } repositories ? Protected(new Names(this, root, repositories), changes) : found;
    }

    private static List<ProtectedChange> Protected(Names names, ReadOnlySpan<Change> changes, BareRepositories? candidates = null)
    {
        var found = new List<ProtectedChange>();
        foreach (var change in changes)
        {
            if (change.IsOnlyTimes)
            {
                continue;
            }

            candidates?.Note(change);
            if (names.Why(change) is { } why)
            {
                found.Add(new(change, why));
            }
        }

        return found;
    }

    private bool IsGranted(Change change)
    {
        var full = Full(change);
        return Granted.Any(glob => glob.Matches(full));
    }

    private static byte[] Full(Change change) =>
        [.. Encoding.UTF8.GetBytes(change.Root.Path == "/" ? string.Empty : change.Root.Path), .. change.Path.IsRoot ? ""u8 : "/"u8, .. change.Path.Bytes];

    /// <summary>The names in one root. Mostly, the next change is in the same directory.</summary>
    private sealed class Names(ProtectedPaths paths, OverlayRoot root, HashSet<BytePath> repositories)
    {
        private readonly string? _rootItself = WhyRoot(root);
        private BytePath? _parent;
        private (string? Why, OutputPlace Output) _around;

        public string? Why(Change change)
        {
            if (_parent is not { } parent || !change.Path.IsIn(parent))
            {
                _parent = change.Path.Parent;
                _around = Around(change.Path.Parent);
            }

            return _rootItself
                ?? (change.Path.IsRoot ? repositories.Contains(default) ? ProtectedNames.Git : null : _around.Why ?? (change.HasTellingName ? ProtectedNames.OfEntry(change.Path.Name, _around.Output) : null))
                ?? (repositories.Count > 0 && repositories.Contains(change.Path) ? ProtectedNames.Git : null)
                ?? (paths.Protect.IsEmpty ? null : ByPattern(change));
        }

        private string? ByPattern(Change change)
        {
            var full = Full(change);
            return paths.Protect.FirstOrDefault(glob => Means(glob, full, change)) is { } own ? $"the policy protects {own}" : null;
        }

        /// <summary>A file or symlink where a pattern wants a directory stands for all that would be in it.</summary>
        private static bool Means(ProtectedGlob glob, ReadOnlySpan<byte> path, Change change) =>
            glob.Covers(path) || ((change.Type != EntryType.Directory || change.Kind == ChangeKind.Modified) && glob.IsBelow(path));

        private (string? Why, OutputPlace Output) Around(BytePath directory)
        {
            var around = repositories.Contains(default) ? ProtectedNames.Git : null;
            var output = OutputPlace.None;
            var path = default(BytePath);
            foreach (var range in directory.IsRoot ? default : directory.Bytes.Split((byte)'/'))
            {
                var name = directory.Bytes[range];
                path = path.Append(name);
                around ??= ProtectedNames.OfDirectory(name) ?? (repositories.Contains(path) ? ProtectedNames.Git : null);

                // Exactly these names: what is forgiven is not guessed.
                output = name.SequenceEqual("obj"u8) ? OutputPlace.TopOfIntermediate : name.SequenceEqual("bin"u8) || output != OutputPlace.None ? OutputPlace.Inside : OutputPlace.None;
            }

            return (around, output);
        }

        /// <summary>A root may be such a directory itself, or lie in one without being a worktree of its own.</summary>
        private static string? WhyRoot(OverlayRoot root)
        {
            if (ProtectedNames.OfDirectory(Encoding.UTF8.GetBytes(Path.GetFileName(root.Path))) is { } why)
            {
                return why;
            }

            if (root.Path.Split('/').Select(static name => ProtectedNames.OfDirectory(Encoding.UTF8.GetBytes(name))).FirstOrDefault(static why => why is not null) is not { } around)
            {
                return null;
            }

            using var live = root.OpenLive();
            return Stat.TryOf(live, ".git"u8) is null ? around : null;
        }
    }
}
