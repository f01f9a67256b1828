using System.Collections.Immutable;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Limits;

/// <summary>
/// Where groups for steps may be made: in the group that this process is in, or beside it. In it only the root of the hierarchy can have groups with limits below, as it
/// has processes itself ("no internal processes" in cgroups(7)); beside it is right where the user was given the group above, as systemd does for a user's services.
/// </summary>
internal static class ControlGroupPlaces
{
    /// <summary>The places of this process.</summary>
    public static ImmutableArray<string> OfThisProcess() => In(File.ReadAllLines("/proc/self/cgroup"), File.ReadAllLines("/proc/self/mountinfo"));

    /// <summary>The places for these lines of <c>/proc/self/cgroup</c> and <c>/proc/self/mountinfo</c>.</summary>
    internal static ImmutableArray<string> In(IEnumerable<string> groups, IEnumerable<string> mounts)
    {
        var own = groups.FirstOrDefault(static line => line.StartsWith("0::/", StringComparison.Ordinal))?["0::".Length..];
        foreach (var mount in mounts.Select(static line => line.Split(' ')).Where(static fields => fields.SkipWhile(static field => field != "-").ElementAtOrDefault(1) == "cgroup2"))
        {
            var (root, point) = (mount[3], mount[4]);
            // A group outside of this process's namespace begins with "/..".
            if (own is not null && !own.StartsWith("/..", StringComparison.Ordinal) && RealPath.IsAtOrBelow(own, root))
            {
                var place = Path.TrimEndingDirectorySeparator(Path.Join(point, root == "/" ? own : own[root.Length..]));
                return place == point ? [place] : [place, Path.GetDirectoryName(place)!];
            }
        }

        return [];
    }
}
