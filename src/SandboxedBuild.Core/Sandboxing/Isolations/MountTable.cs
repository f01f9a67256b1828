using System.Collections.Immutable;
using System.Text;

namespace SandboxedBuild.Sandboxing;

/// <summary>What is mounted where (proc_pid_mountinfo(5)).</summary>
/// <param name="Mounts">In the kernel's order.</param>
internal sealed record MountTable(ImmutableArray<MountTable.Entry> Mounts)
{
    /// <summary>Flags that the kernel does not let a user namespace take off again, and so have to be asked for again.</summary>
    private static readonly ImmutableArray<string> s_locked = ["ro", "nosuid", "nodev", "noexec"];

    public static MountTable OfThisProcess() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    internal static MountTable Parse(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')).Select(static fields => new Entry(Unescape(fields[4]), [.. fields[5].Split(',').Intersect(s_locked, StringComparer.Ordinal)]))]);

    /// <summary>The mount on which a path lies.</summary>
    public Entry Around(string path) =>
        Mounts.Where(mount => Paths.RealPath.IsAtOrBelow(path, mount.Point)).Aggregate(static (deepest, mount) => mount.Point.Length >= deepest.Point.Length ? mount : deepest);

    /// <summary>What is mounted below a path, each place once.</summary>
    public IEnumerable<Entry> Below(string path) =>
        Mounts.Where(mount => mount.Point != path && Paths.RealPath.IsAtOrBelow(mount.Point, path)).GroupBy(static mount => mount.Point, StringComparer.Ordinal).Select(static stack => stack.Last() with { IsStacked = stack.Skip(1).Any() });

    /// <summary>A path as the kernel writes it there.</summary>
    public static string Escape(string path) => string.Concat(path.Select(static character => character is ' ' or '\t' or '\n' or '\\' ? "\\" + Convert.ToString(character, 8).PadLeft(3, '0') : character.ToString()));

    private static string Unescape(string field)
    {
        var text = new StringBuilder();
        for (var at = 0; at < field.Length; at++)
        {
            if (field[at] == '\\' && at + 3 < field.Length)
            {
                text.Append((char)Convert.ToInt32(field.Substring(at + 1, 3), 8));
                at += 3;
            }
            else
            {
                text.Append(field[at]);
            }
        }

        return text.ToString();
    }

    /// <summary>One mount.</summary>
    /// <param name="Point">Where.</param>
    /// <param name="Flags">Those of its flags that have to be kept.</param>
    internal sealed record Entry(string Point, ImmutableArray<string> Flags)
    {
        /// <summary>Whether it covers another one at the same place.</summary>
        public bool IsStacked { get; init; }
    }
}
