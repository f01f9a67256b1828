using System.Collections.Immutable;
using System.Globalization;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Limits;

/// <summary>How each limit of one step is kept. What nothing here can keep is an error before the step begins.</summary>
public sealed class LimitedStep : IDisposable
{
    /// <summary>Processes of the sandbox itself, which do not count: the one outside and the first one inside.</summary>
    internal const int Own = 2;

    /// <summary>Since then the processes of a user are counted in each user namespace by itself (ucounts).</summary>
    private static readonly Version s_countedByNamespace = new(5, 14);

    /// <summary>What a shell gives for a command that SIGXFSZ has ended.</summary>
    private const int EndedBySize = 128 + 25;

    /// <summary>A file may be twice as large as all may be together, and this much larger: it may have holes, which take no room.</summary>
    private const long Room = 1L << 30;

    private static readonly ImmutableArray<string> s_programs = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    private LimitedStep(StepLimits limits, ControlGroup? group, ImmutableArray<string> prefix)
    {
        Limits = limits;
        Group = group;
        Prefix = prefix;
    }

    /// <summary>A step without limits.</summary>
    public static LimitedStep None { get; } = new(StepLimits.None, null, []);

    /// <summary>The limits.</summary>
    public StepLimits Limits { get; }

    /// <summary>The step's control group, if a limit needs one and there can be one.</summary>
    public ControlGroup? Group { get; }

    /// <summary>What sets the limits of single processes (prlimit(1)); it stands before the command, inside the sandbox.</summary>
    internal ImmutableArray<string> Prefix { get; }

    /// <summary>Whether the kernel counts memory for the whole step.</summary>
    internal bool CountsMemory => Group?.Controllers.Contains("memory", StringComparer.Ordinal) == true;

    /// <summary>Whether the kernel counts the processes of the whole step.</summary>
    internal bool CountsProcesses => Group?.Controllers.Contains("pids", StringComparer.Ordinal) == true;

    /// <summary>What a command went beyond where the kernel tells nobody but the process that it refuses; null for nothing, or if the command did not fail.</summary>
    /// <param name="exitCode">With which it has ended.</param>
    /// <param name="complaints">What it has said.</param>
    /// <param name="usage">What was measured.</param>
    public Excess? ExcessOf(int exitCode, LimitComplaints complaints, StepUsage? usage)
    {
        if (exitCode == 0)
        {
            return null;
        }

        if (Limits.Processes is { } processes && !CountsProcesses && complaints.AreOf(Limit.Processes))
        {
            return new(Limit.Processes, Text(processes), "wanted more, as it says");
        }

        if (Limits.FileSize is { } size && (exitCode == EndedBySize || complaints.AreOf(Limit.FileSize) || usage?.Overlay.LargestFile == size))
        {
            return new(Limit.FileSize, Bytes.Display(size), usage?.Overlay.LargestFile >= size ? $"left one of {Bytes.Display(usage.Overlay.LargestFile)} and wanted to write more" : "wanted to write more");
        }

        return Limits.OpenFiles is { } files && (complaints.AreOf(Limit.OpenFiles) || usage?.MostOpenFiles >= files)
            ? new(Limit.OpenFiles, Text(files), usage?.MostOpenFiles >= files ? $"had {Text(usage.MostOpenFiles.Value)}" : "wanted more, as it says")
            : null;
    }

    /// <summary>Finds a way for each limit.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="identity">Whose rights the step has.</param>
    /// <exception cref="SandboxException">There is none for one of them.</exception>
    public static LimitedStep Prepare(StepLimits limits, SandboxIdentity identity) => limits == StepLimits.None ? None : Prepare(limits, identity, ControlGroupPlaces.OfThisProcess());

    /// <summary>The same, with places of one's own for groups.</summary>
    internal static LimitedStep Prepare(StepLimits limits, SandboxIdentity identity, ImmutableArray<string> places)
    {
        ImmutableArray<string> wanted = [.. Of(limits.Memory, "memory"), .. Of(limits.Processes, "pids"), .. Of(limits.Cpu, "cpu")];
        var obstacles = string.Empty;
        var group = wanted.IsEmpty ? null : ControlGroup.TryMake(places, wanted, out obstacles);
        try
        {
            return Prepare(limits, identity, group, obstacles);
        }
        catch
        {
            group?.Dispose();
            throw;
        }
    }

    /// <summary>What joins the group, in front of the chain of programs: whatever comes after it is in the group, too.</summary>
    internal ImmutableArray<string> Enter(string shell) => Group is null ? [] : [shell, "-c", "echo 0 > \"$0\" || exit; exec \"$@\"", Group.Entrance];

    /// <summary>The plan with what sets the limits before its command.</summary>
    internal SandboxPlan Apply(SandboxPlan plan) => Prefix.IsEmpty ? plan : plan with { Command = [.. Prefix, .. plan.Command] };

    /// <inheritdoc/>
    public void Dispose() => Group?.Dispose();

    private static LimitedStep Prepare(StepLimits limits, SandboxIdentity identity, ControlGroup? group, string obstacles)
    {
        var options = new List<string>();
        if (limits.Memory is { } memory && Has("memory"))
        {
            // All of the step ends, and not one process of it that somebody else waits for; memory that is swapped out counts, too.
            group!.Set("memory.oom.group", "1", isOptional: true);
            group.Set("memory.swap.max", "0", isOptional: true);
            group.Lower("memory.max", memory);
        }

        if (limits.Processes is { } processes)
        {
            if (Has("pids"))
            {
                group!.Lower("pids.max", processes + Own);
            }
            else if (identity.UserNamespace && !IsHostsRoot(identity.Uid) && Environment.OSVersion.Version >= s_countedByNamespace)
            {
                // In the step's own user namespace there is only its first process besides. One more than allowed, so that it is seen to be too many.
                options.Add($"--nproc={Text(processes + 1 + 1)}");
            }
            else
            {
                throw LimitDiagnostics.NotKept(Limit.Processes, obstacles).AsException();
            }
        }

        if (limits.Cpu is { } cpu)
        {
            if (!Has("cpu"))
            {
                throw LimitDiagnostics.NotKept(Limit.Cpu, obstacles).AsException();
            }

            group!.LowerCpu(cpu);
        }

        if (limits.Disk is not null || limits.FileSize is not null)
        {
            var ofDisk = limits.Disk is { } disk && disk <= (long.MaxValue - Room) / 2 ? (2 * disk) + Room : long.MaxValue;
            options.Add($"--fsize={Text(Math.Min(limits.FileSize ?? long.MaxValue, ofDisk))}");
        }

        options.AddRange(limits.OpenFiles is { } files ? [$"--nofile={Text(files)}"] : []);
        return new(limits, group, options.Count == 0 ? [] : [Program(), .. options, "--"]);

        bool Has(string controller) => group?.Controllers.Contains(controller, StringComparer.Ordinal) == true;
    }

    /// <summary>The kernel counts the host's root like anybody else, and lets it have more all the same (copy_process in kernel/fork.c). A user namespace may show it under another number.</summary>
    private static bool IsHostsRoot(uint uid) =>
        !File.ReadLines("/proc/self/uid_map").Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static number => uint.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .Any(range => uid >= range[0] && uid - range[0] < range[2] && uid - range[0] + range[1] != 0);

    /// <summary>From a directory that every step sees and none may change.</summary>
    private static string Program() => s_programs.Select(static directory => Path.Combine(directory, "prlimit")).FirstOrDefault(File.Exists) ?? throw EnvironmentDiagnostics.ToolMissing("prlimit").AsException();

    private static IEnumerable<string> Of<T>(T? limit, string controller)
        where T : struct => limit is null ? [] : [controller];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
