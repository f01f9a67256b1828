using System.Collections.Immutable;
using System.Globalization;

namespace SandboxedBuild.Limits;

/// <summary>
/// A control group (cgroups(7), version 2) of one step, with its limits. The step's processes are in a group below it, which is the root of all that they can
/// see of the hierarchy: a step that mounts it finds the limits out of its reach.
/// </summary>
public sealed class ControlGroup : IDisposable
{
    private const string Prefix = "sandboxed-build-";
    private const string Below = "step";
    private const string Processes = "cgroup.procs";

    /// <summary>A process that was killed is in its group for a moment yet.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Limits that a group beside the build's own takes over from it.</summary>
    private static readonly ImmutableArray<string> s_inherited = ["memory.max", "memory.high", "memory.swap.max", "pids.max", "cpu.max"];

    private static int s_number;

    private ControlGroup(string path, ImmutableArray<string> controllers)
    {
        Path = path;
        Controllers = controllers;
    }

    /// <summary>The group that has the limits.</summary>
    public string Path { get; }

    /// <summary>The file to which a process writes 0 to get in.</summary>
    internal string Entrance => System.IO.Path.Combine(Path, Below, Processes);

    /// <summary>The controllers that it has of those that were wanted.</summary>
    internal ImmutableArray<string> Controllers { get; }

    /// <summary>Makes a group at a place where this process may, with as many of the controllers as it can have there.</summary>
    /// <param name="places">Where to try, the build's own group first.</param>
    /// <param name="wanted">Names of controllers.</param>
    /// <param name="obstacles">Why there is none, or none of the missing controllers.</param>
    internal static ControlGroup? TryMake(ImmutableArray<string> places, ImmutableArray<string> wanted, out string obstacles)
    {
        var refused = new List<string>();
        ControlGroup? best = null;
        foreach (var place in places)
        {
            if (best?.Controllers.Length == wanted.Length)
            {
                break;
            }

            var group = TryMake(place, wanted, refused);
            if (group is null || group.Controllers.Length <= (best?.Controllers.Length ?? 0))
            {
                group?.Dispose();
                continue;
            }

            best?.Dispose();
            best = group;
            if (place != places[0])
            {
                group.TakeOver(places[0]);
            }
        }

        obstacles = refused.Count == 0 ? "there is no cgroup of version 2 in /proc/self/cgroup" : string.Join("; ", refused);
        return best;
    }

    /// <summary>Sets a value of the group; where the kernel has no such file, there is nothing to set.</summary>
    internal void Set(string file, string value, bool isOptional = false)
    {
        var path = System.IO.Path.Combine(Path, file);
        if (!isOptional || File.Exists(path))
        {
            Write(path, value);
        }
    }

    /// <summary>Sets a limit, unless there is a lower one.</summary>
    internal void Lower(string file, long limit) => Set(file, (Read(file) is { } lower && lower < limit ? lower : limit).ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets how many processors it may keep busy, unless that is lower.</summary>
    internal void LowerCpu(decimal processors)
    {
        const string File = "cpu.max";
        const int Period = 100_000;
        const int Least = 1000;
        var now = Words(Path, File);
        if (now is not [var quota, var period] || quota == "max" || Number(quota) > processors * Number(period))
        {
            Set(File, string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Max(Least, processors * Period)} {Period}"));
        }

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>The number in a file of the group, or of one line in it; null where the kernel does not say.</summary>
    internal long? Read(string file, string? key = null)
    {
        try
        {
            foreach (var line in File.ReadLines(System.IO.Path.Combine(Path, file)))
            {
                var words = line.Split(' ');
                if ((key is null && words.Length == 1) || words[0] == key)
                {
                    return long.TryParse(words[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An older kernel, or a controller that the group does not have.
        }

        return null;
    }

    /// <summary>Ends all processes in it at once (Linux 5.14); where it cannot, whoever asks ends them in another way.</summary>
    internal void Kill()
    {
        try
        {
            Set("cgroup.kill", "1", isOptional: true);
        }
        catch (IOException)
        {
            // It is gone.
        }
    }

    /// <summary>Removes the group, and what is still in it.</summary>
    public void Dispose()
    {
        var deadline = DateTime.UtcNow + s_patience;
        while (Directory.Exists(Path) && !TryRemove(Path) && DateTime.UtcNow < deadline)
        {
            Kill();
            Thread.Sleep(10);
        }
    }

    /// <summary>Who is beside a group with limits is not to be without them.</summary>
    private void TakeOver(string own)
    {
        foreach (var file in s_inherited.Where(file => File.Exists(System.IO.Path.Combine(own, file))))
        {
            var value = File.ReadAllText(System.IO.Path.Combine(own, file)).Trim();
            if (!value.StartsWith("max", StringComparison.Ordinal))
            {
                Set(file, value, isOptional: true);
            }
        }
    }

    /// <summary>Removes groups of builds that were killed; those whose process still lives are left alone.</summary>
    private static void Sweep(string place)
    {
        foreach (var group in Directory.EnumerateDirectories(place, Prefix + "*"))
        {
            if (!Directory.Exists($"/proc/{System.IO.Path.GetFileName(group)[Prefix.Length..].Split('-')[0]}"))
            {
                TryRemove(group);
            }
        }
    }

    /// <summary>The files in a group go with it, and are nothing that could be removed.</summary>
    private static bool TryRemove(string group)
    {
        try
        {
            if (Directory.Exists(System.IO.Path.Combine(group, Below)))
            {
                Directory.Delete(System.IO.Path.Combine(group, Below));
            }

            Directory.Delete(group);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There are processes in it.
            return false;
        }
    }

    private static void Write(string path, string value)
    {
        using var file = Open(path);
        file.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    /// <summary>Without the lock by which .NET keeps others out: builds write to the same files.</summary>
    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    private static ControlGroup? TryMake(string place, ImmutableArray<string> wanted, List<string> refused)
    {
        try
        {
            var available = Words(place, "cgroup.controllers").Intersect(wanted, StringComparer.Ordinal).ToImmutableArray();
            if (available.Length < wanted.Length)
            {
                refused.Add($"{place} has no controller {string.Join(", ", wanted.Except(available, StringComparer.Ordinal))}");
            }

            if (available.IsEmpty)
            {
                return null;
            }

            // Only the root may have processes and groups with limits. Controllers of threads could be enabled all the same, and then no process can enter the groups.
            if (File.Exists(System.IO.Path.Combine(place, "cgroup.type")) && File.ReadLines(System.IO.Path.Combine(place, Processes)).Any())
            {
                refused.Add($"{place} has processes of its own, and so can have no groups with limits");
                return null;
            }

            // Whoever moves a process needs to write here, the place that is above where it was and where it goes.
            Open(System.IO.Path.Combine(place, Processes)).Dispose();
            Sweep(place);
            var missing = available.Except(Words(place, "cgroup.subtree_control"), StringComparer.Ordinal).Select(static controller => $"+{controller}").ToList();
            if (missing.Count > 0)
            {
                Write(System.IO.Path.Combine(place, "cgroup.subtree_control"), string.Join(' ', missing));
            }

            var path = System.IO.Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_number)}"));
            Directory.CreateDirectory(System.IO.Path.Combine(path, Below));
            return new(path, available);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refused.Add($"{place}: {e.Message}");
            return null;
        }
    }

    private static string[] Words(string place, string file) => File.ReadAllText(System.IO.Path.Combine(place, file)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
