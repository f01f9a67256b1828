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
    /// <param name="changes">Changes of any kind in the order of a change set.</param>
    public ImmutableArray<ProtectedChange> Find(IReadOnlyCollection<Change> changes)
    {
        var found = ImmutableArray.CreateBuilder<ProtectedChange>();
        foreach (var group in changes.GroupBy(static change => change.Root))
        {
            var judge = new Judge(this, group.Key, BareRepositories.Among(group.Key, group.Where(static change => !change.IsOnlyTimes)));
            foreach (var change in group.Where(static change => !change.IsOnlyTimes))
            {
                if (judge.Why(change) is { } why)
                {
                    found.Add(new(change, why));
                }
            }
        }

        return found.DrainToImmutable();
    }

    /// <summary>One root's judgement. Mostly, the next change is in the same directory.</summary>
    private sealed class Judge(ProtectedPaths paths, OverlayRoot root, HashSet<BytePath> repositories)
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

            var why = _rootItself
                ?? (change.Path.IsRoot ? repositories.Contains(default) ? ProtectedNames.Git : null : _around.Why ?? ProtectedNames.OfEntry(change.Path.Name, _around.Output))
                ?? (repositories.Count > 0 && repositories.Contains(change.Path) ? ProtectedNames.Git : null);
            if (why is null && paths.Protect.IsEmpty)
            {
                return null;
            }

            byte[] full = [.. Encoding.UTF8.GetBytes(root.Path == "/" ? string.Empty : root.Path), .. change.Path.IsRoot ? ""u8 : "/"u8, .. change.Path.Bytes];
            why ??= paths.Protect.FirstOrDefault(glob => Means(glob, full, change)) is { } own ? $"the policy protects {own}" : null;
            return why is null || paths.Granted.Any(glob => glob.Matches(full)) ? null : why;
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
