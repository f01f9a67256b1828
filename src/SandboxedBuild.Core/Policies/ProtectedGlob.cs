using System.Collections.Immutable;
using System.Text;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Policies;

/// <summary>
/// A pattern for paths, matched by bytes: <c>**</c> stands for any directories or none, <c>*</c> for anything within a name.
/// </summary>
public sealed class ProtectedGlob
{
    private readonly ImmutableArray<Segment> _segments;

    private ProtectedGlob(string text, ImmutableArray<Segment> segments)
    {
        Text = text;
        _segments = segments;
    }

    /// <summary>Every path there is.</summary>
    public static ProtectedGlob Everything { get; } = In("/", "**");

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>A pattern that is relative to a directory; one that ends in a slash means all that is in the directory.</summary>
    /// <param name="directory">An absolute path, in which no character has a meaning.</param>
    /// <param name="pattern">The pattern; <c>..</c> at its front leads out of the directory.</param>
    /// <exception cref="ArgumentException">The pattern has <c>..</c> behind a wildcard.</exception>
    public static ProtectedGlob In(string directory, string pattern)
    {
        var segments = pattern.StartsWith('/') ? [] : Names(directory).ToList();
        foreach (var name in pattern.Split('/').Where(static name => name is not ("" or ".")))
        {
            if (name != "..")
            {
                segments.Add(name == "**" ? Segment.AnyDirectories : new(Encoding.UTF8.GetBytes(name), name.Contains('*', StringComparison.Ordinal)));
            }
            else if (segments is [.., { IsLiteral: true }])
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else
            {
                throw new ArgumentException($"\"{pattern}\" has .. where it leads nowhere", nameof(pattern));
            }
        }

        return new(pattern, [.. segments, .. pattern.EndsWith('/') ? [Segment.AnyDirectories] : Array.Empty<Segment>()]);
    }

    /// <summary>The pattern of a policy; symlinks on the way to its directory are followed.</summary>
    internal static ProtectedGlob Of(PathGlob glob) => In(RealPath.OfFuture(glob.Directory), glob.Pattern);

    /// <summary>One path, in which no character has a meaning.</summary>
    /// <param name="path">Absolute.</param>
    public static ProtectedGlob Exactly(string path) => new(path, [.. Names(path)]);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Whether the pattern means this path.</summary>
    /// <param name="path">Absolute, without a slash at its end.</param>
    internal bool Matches(ReadOnlySpan<byte> path) => Match(0, path, static (segment, name) => segment.Matches(name), Extent.Path);

    /// <summary>Whether it means this path or a directory that it is in, whatever the case of its letters.</summary>
    internal bool Covers(ReadOnlySpan<byte> path) => Match(0, path, static (segment, name) => segment.MatchesAnyCase(name), Extent.Below);

    /// <summary>Whether there may be something in this directory that it means.</summary>
    internal bool Reaches(ReadOnlySpan<byte> directory) => Match(0, directory, static (segment, name) => segment.Matches(name), Extent.Above);

    /// <summary>Whether every path that it means is below this one, whatever the case of its letters.</summary>
    internal bool IsBelow(ReadOnlySpan<byte> directory)
    {
        var count = 0;
        for (var rest = directory; !rest.IsEmpty; rest = Rest(rest))
        {
            if (count == _segments.Length || !_segments[count].IsLiteral || !_segments[count].MatchesAnyCase(First(rest)))
            {
                return false;
            }

            count++;
        }

        return count < _segments.Length;
    }

    private bool Match(int index, ReadOnlySpan<byte> path, Func<Segment, ReadOnlySpan<byte>, bool> matches, Extent extent)
    {
        for (; index < _segments.Length; index++, path = Rest(path))
        {
            if (_segments[index].IsAnyDirectories)
            {
                return Match(index + 1, path, matches, extent) || (path.IsEmpty ? extent == Extent.Above : Match(index, Rest(path), matches, extent));
            }

            if (path.IsEmpty)
            {
                return extent == Extent.Above;
            }

            if (!matches(_segments[index], First(path)))
            {
                return false;
            }
        }

        return path.IsEmpty || extent == Extent.Below;
    }

    private static IEnumerable<Segment> Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(static name => new Segment(Encoding.UTF8.GetBytes(name), HasWildcard: false));

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> path) => path[1..] is var names && names.IndexOf((byte)'/') is var slash && slash < 0 ? names : names[..slash];

    private static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> path) => path[(First(path).Length + 1)..];

    /// <summary>How far a path has to go.</summary>
    private enum Extent
    {
        /// <summary>As far as the pattern.</summary>
        Path,

        /// <summary>As far, or farther.</summary>
        Below,

        /// <summary>As far, or less far.</summary>
        Above,
    }

    /// <summary>A name, or <c>**</c>.</summary>
    private sealed record Segment(byte[] Name, bool HasWildcard)
    {
        public static Segment AnyDirectories { get; } = new([], HasWildcard: true);

        public bool IsAnyDirectories => ReferenceEquals(this, AnyDirectories);

        public bool IsLiteral => !HasWildcard;

        public bool Matches(ReadOnlySpan<byte> name) => HasWildcard ? Wild(Name, name) : name.SequenceEqual(Name);

        public bool MatchesAnyCase(ReadOnlySpan<byte> name)
        {
            Span<byte> pattern = stackalloc byte[FoldedName.Longest];
            Span<byte> folded = stackalloc byte[FoldedName.Longest];
            return Name.Length <= FoldedName.Longest && Wild(FoldedName.Of(Name, pattern), FoldedName.Of(name, folded), isWild: HasWildcard);
        }

        /// <summary>Each star takes as little as it can, and more when what follows does not fit.</summary>
        private static bool Wild(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name, bool isWild = true)
        {
            var (at, star, from) = (0, -1, 0);
            for (var index = 0; index < name.Length;)
            {
                if (isWild && at < pattern.Length && pattern[at] == (byte)'*')
                {
                    (star, from) = (at++, index);
                }
                else if (at < pattern.Length && pattern[at] == name[index])
                {
                    at++;
                    index++;
                }
                else if (star >= 0)
                {
                    (at, index) = (star + 1, ++from);
                }
                else
                {
                    return false;
                }
            }

            return pattern[at..].IndexOfAnyExcept((byte)'*') < 0 && (isWild || at == pattern.Length);
        }
    }
}
