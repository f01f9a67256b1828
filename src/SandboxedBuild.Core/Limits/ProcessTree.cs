using System.Globalization;
using System.Text;

namespace SandboxedBuild.Limits;

/// <summary>
/// A process and all below it, as <c>/proc</c> shows them at a moment. In a pid namespace none gets away: whose parent has ended belongs to the
/// first process inside.
/// </summary>
internal static class ProcessTree
{
    /// <summary>The place of utime after the name; stime, cutime and cstime follow.</summary>
    private const int UserTime = 11;

    /// <summary>The processes' numbers, parents first.</summary>
    public static List<int> Of(int first)
    {
        var found = new List<int> { first };
        var known = new HashSet<int>(found);
        for (var index = 0; index < found.Count; index++)
        {
            // A child belongs to the thread that forked it.
            foreach (var thread in Entries($"/proc/{Text(found[index])}/task"))
            {
                found.AddRange(Read(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static child => int.Parse(child, CultureInfo.InvariantCulture)).Where(known.Add));
            }
        }

        return found;
    }

    /// <summary>The memory that the processes have to themselves: anonymous pages. Those that a fork shares count more than once.</summary>
    public static long Memory(IEnumerable<int> processes) => processes.Sum(static process =>
        Read($"/proc/{Text(process)}/statm").Split(' ') is [_, var resident, var shared, ..]
            ? (long.Parse(resident, CultureInfo.InvariantCulture) - long.Parse(shared, CultureInfo.InvariantCulture)) * Environment.SystemPageSize
            : 0);

    /// <summary>The same with each page counted once, and with shared memory. A process that does not let that be read counts as above.</summary>
    public static long ExactMemory(IEnumerable<int> processes) => processes.Sum(static process =>
        Read($"/proc/{Text(process)}/smaps_rollup").Split('\n').Where(static line => line.StartsWith("Pss_Anon:", StringComparison.Ordinal) || line.StartsWith("Pss_Shmem:", StringComparison.Ordinal)).ToList() is { Count: > 0 } lines
            ? lines.Sum(static line => long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).TrimEnd("kB").Trim(), CultureInfo.InvariantCulture)) * 1024
            : Memory([process]));

    /// <summary>The time on processors of the processes and of what they have waited for, in the kernel's ticks of 10 ms (proc_pid_stat(5)).</summary>
    public static TimeSpan Cpu(IEnumerable<int> processes) => processes.Aggregate(TimeSpan.Zero, static (sum, process) => sum + Cpu(process));

    /// <summary>How many processes and threads of these are in a pid namespace below that of this process.</summary>
    public static int TasksInside(IEnumerable<int> processes)
    {
        var count = 0;
        foreach (var lines in processes.Select(static process => Read($"/proc/{Text(process)}/status").Split('\n')))
        {
            var numbers = lines.FirstOrDefault(static line => line.StartsWith("NSpid:", StringComparison.Ordinal))?.Split('\t') ?? [];
            count += numbers.Length > 2 && lines.FirstOrDefault(static line => line.StartsWith("Threads:", StringComparison.Ordinal)) is { } threads ? int.Parse(threads.Split('\t')[1], CultureInfo.InvariantCulture) : 0;
        }

        return count;
    }

    /// <summary>How many files that one of the processes has open that has most.</summary>
    public static int MostOpenFiles(IEnumerable<int> processes) => processes.Max(static process => Entries($"/proc/{Text(process)}/fd").Length);

    private static TimeSpan Cpu(int process)
    {
        // The name in parentheses may hold anything.
        var stat = Read($"/proc/{Text(process)}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > UserTime + 4 ? TimeSpan.FromMilliseconds(10 * fields[UserTime..(UserTime + 4)].Sum(static ticks => long.Parse(ticks, CultureInfo.InvariantCulture))) : TimeSpan.Zero;
    }

    private static string Text(int process) => process.ToString(CultureInfo.InvariantCulture);

    private static string[] Entries(string directory)
    {
        try
        {
            return Directory.GetFileSystemEntries(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended.
            return [];
        }
    }

    private static string Read(string file)
    {
        try
        {
            return Encoding.ASCII.GetString(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or does not let itself be looked at.
            return string.Empty;
        }
    }
}
