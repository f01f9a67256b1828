using System.Text;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Overlays;

/// <summary>
/// Where overlays are kept. In order: the directory that was asked for; the user's cache, if it is on the root's own mount; a hidden
/// directory beside the root; the cache all the same, from which a commit has to copy.
/// </summary>
internal static class StateLocation
{
    /// <summary>The mode of what nobody else may enter.</summary>
    public const uint Private = 0x1c0;

    /// <summary>The directory of all overlays in the user's cache, or null without one.</summary>
    public static string? InCache(CallerEnvironment environment) =>
        environment.Cache is { } cache ? Path.Combine(cache, "sandboxed-build", "overlays") : null;

    /// <summary>The hidden directory beside a root; null for the root directory of the system.</summary>
    public static string? Beside(string root) =>
        Path.GetDirectoryName(root) is { } parent ? Path.Combine(parent, $".sandboxed-build-{Caller.Uid}") : null;

    /// <summary>Picks and makes the directory that holds a new overlay of this root.</summary>
    /// <exception cref="SandboxException">No candidate can be written to, or the one asked for overlaps a root.</exception>
    public static string Choose(string root, IReadOnlyCollection<string> roots, string? configured, CallerEnvironment environment)
    {
        if (configured is not null)
        {
            var real = RealPath.OfFuture(configured);
            return roots.FirstOrDefault(other => Overlap(real, other)) is { } overlapping ? throw InputDiagnostics.StateOverlapsRoot(configured, overlapping).AsException()
                : TryMake(configured, out var reason) ? RealPath.OfDirectory(configured)
                : throw EnvironmentDiagnostics.StateNotWritable([(configured, reason)]).AsException();
        }

        var refused = new List<(string Path, string Reason)>();
        var cache = InCache(environment);
        var inCache = Usable(cache);
        if (inCache && SameMount(cache!, root))
        {
            return cache!;
        }

        var beside = Beside(root);
        if (Usable(beside) && SameMount(beside!, root))
        {
            return beside!;
        }

        return inCache ? cache! : throw EnvironmentDiagnostics.StateNotWritable(refused).AsException();

        bool Usable(string? candidate)
        {
            if (candidate is null)
            {
                return false;
            }

            if (roots.Any(other => RealPath.IsAtOrBelow(RealPath.OfFuture(candidate), other)))
            {
                refused.Add((candidate, "it lies inside a root"));
                return false;
            }

            if (TryMake(candidate, out var reason) && IsPrivate(candidate, out reason))
            {
                return true;
            }

            refused.Add((candidate, reason));
            return false;
        }
    }

    /// <summary>Makes a directory, or finds it made by this user.</summary>
    public static bool TryPrivate(string path) => TryMake(path, out _) && IsPrivate(path, out _);

    /// <summary>Whether renames between the two directories work: one mount, which is more than one filesystem.</summary>
    public static bool SameMount(string first, string second)
    {
        using var one = Opening.Directory(first);
        using var other = Opening.Directory(second);
        var (left, right) = (Stat.Of(one), Stat.Of(other));
        return left.Mount == right.Mount && left.Device == right.Device;
    }

    /// <summary>Makes a directory that only its owner may enter.</summary>
    public static void MakePrivate(string parent, string name)
    {
        using var directory = Opening.Directory(parent);
        Naming.MakeDirectory(directory, Encoding.UTF8.GetBytes(name), Private);
    }

    /// <summary>Whether an open directory is this user's, and nobody else may write to it.</summary>
    public static bool IsPrivate(Descriptor directory) => Stat.Of(directory) is var stat && stat.Uid == Caller.Uid && (stat.Mode & 0x12) == 0;

    /// <summary>Whether nobody else could have prepared the directory: beside a root in /tmp, anybody can make one.</summary>
    private static bool IsPrivate(string path, out string reason)
    {
        using var directory = Opening.Directory(path);
        var own = IsPrivate(directory);
        reason = own ? string.Empty : "it belongs to another user or others may write to it";
        return own;
    }

    private static bool Overlap(string state, string root) => RealPath.IsAtOrBelow(state, root) || RealPath.IsAtOrBelow(root, state);

    private static bool TryMake(string path, out string reason)
    {
        reason = string.Empty;
        try
        {
            if (!Directory.Exists(path))
            {
                Directory.CreateDirectory(path, (UnixFileMode)Private);
            }

            // Asked for by doing: access(2) knows nothing of read-only mounts below or of quotas.
            var probe = $".probe-{Guid.NewGuid():N}";
            MakePrivate(path, probe);
            using var directory = Opening.Directory(path);
            Naming.RemoveDirectory(directory, Encoding.UTF8.GetBytes(probe));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = e.Message;
            return false;
        }
    }
}
