using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>
/// When the steps of an overlay ran that write to the live roots themselves, by the filesystem's clock: an entry with a ctime outside of these
/// times was changed by somebody else, and is no business of the overlay's.
/// </summary>
/// <param name="Since">When the overlay was made: what has not been changed since may have been moved by a step, with the directory that it is in.</param>
/// <param name="Steps">Each step's beginning and end, in nanoseconds since 1970; what came at the beginning's very moment was before it.</param>
internal sealed record StepTimes(long Since, ImmutableArray<(long From, long To)> Steps)
{
    private const string FileName = "times";
    private const string RunningFile = "running";
    private const string EndedFile = "ended";
    private static readonly byte[] s_file = Encoding.ASCII.GetBytes(FileName);

    /// <summary>What is left of a step dies within moments of the process that it was started for.</summary>
    private static readonly TimeSpan s_dying = TimeSpan.FromSeconds(1);

    /// <summary>Refuses a root whose times may be by another machine's clock.</summary>
    /// <exception cref="SandboxException">SBX1013.</exception>
    public static void RequireClock(OverlayRoot root)
    {
        using var live = root.OpenLive();
        if (!Filesystem.IsKnownLocal(live))
        {
            throw InPlaceDiagnostics.ClockNotKnown(root.Path, RefusingLayer.FilesystemOf(root.Path)).AsException();
        }
    }

    /// <summary>Whether a step has begun.</summary>
    public static bool IsAny(Overlay overlay) => File.Exists(Path.Combine(overlay.StepDirectory, FileName));

    /// <summary>A step begins. The watch beside it notes its end if nobody is left to do that (see <c>StepLaunch</c>).</summary>
    public static void Begin(Overlay overlay)
    {
        File.Delete(Path.Combine(overlay.StepDirectory, EndedFile));
        File.WriteAllBytes(Path.Combine(overlay.StepDirectory, RunningFile), []);
        Append(overlay, '+');
    }

    /// <summary>The step is over.</summary>
    public static void End(Overlay overlay) => Append(overlay, '-');

    /// <summary>What was done up to a moment counts as the last step's.</summary>
    public static void Extend(Overlay overlay, long moment) => Note(overlay, '-', moment);

    /// <summary>Nobody is to ask for them any more: from here on there is nothing to take back.</summary>
    public static void Forget(string directory)
    {
        foreach (var name in new[] { FileName, RunningFile, EndedFile })
        {
            StateDirectories.Drop(Path.Combine(directory, Overlay.StepFiles, name));
        }
    }

    /// <summary>What is noted.</summary>
    public static StepTimes Of(Overlay overlay)
    {
        var file = Path.Combine(overlay.StepDirectory, FileName);
        var steps = ImmutableArray.CreateBuilder<(long From, long To)>();
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            if (line.Length > 1 && long.TryParse(line.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var moment))
            {
                if (line[0] == '+')
                {
                    steps.Add((moment, long.MaxValue));
                }
                else if (steps.Count > 0)
                {
                    steps[^1] = steps[^1] with { To = moment };
                }
            }
        }

        if (steps is [.., (var from, long.MaxValue)])
        {
            steps[^1] = (from, EndWithoutOwner(overlay, from));
        }

        return new(overlay.Marker, steps.DrainToImmutable());
    }

    /// <summary>Whether nobody but a step has changed an entry since the overlay was made. When something was deleted, nothing tells.</summary>
    /// <param name="now">The entry in the live tree; null for one that is gone.</param>
    public bool Cover(EntryStat? now) =>
        now is not { } entry || Cover(entry.Changed)

        // The ctime may be of our own doing: what shuts its owner out is opened for a look, and a yard is made in a root.
        || ((entry.IsDirectory || (entry.Mode & ShutEntries.Read) == 0) && Cover(entry.Modified) && Cover(entry.Born));

    private bool Cover(long time) => time <= Since || Steps.Any(step => time > step.From && time <= step.To);

    /// <summary>The changes that were done while a step ran, with the new directories that these are in.</summary>
    public IEnumerable<Change> Theirs(ImmutableArray<Change> changes)
    {
        var kept = new HashSet<BytePath>();
        foreach (var change in changes.Where(change => Cover(change.Upper)))
        {
            for (var path = change.Path; kept.Add(path) && !path.IsRoot;)
            {
                path = path.Parent;
            }
        }

        return changes.Where(change => Cover(change.Upper) || (change is { Kind: ChangeKind.Added, Type: EntryType.Directory } && kept.Contains(change.Path)));
    }

    /// <summary>The end of a step whose owner was killed: noted by the watch, and at the latest when the machine or the container went down.</summary>
    private static long EndWithoutOwner(Overlay overlay, long from)
    {
        using var directory = Opening.Directory(overlay.StepDirectory);
        return Stat.TryOf(directory, Encoding.ASCII.GetBytes(EndedFile)) is { } ended ? ended.Changed + (long)s_dying.TotalNanoseconds
            : Boot() is { } boot && boot > from ? boot
            : long.MaxValue;
    }

    /// <summary>
    /// When the first process that is seen from here was started, the machine's or the container's, whose end is that of all others: nanoseconds since 1970 ("btime" in proc_stat(5), "starttime" in
    /// proc_pid_stat(5), in ticks of 10 ms).
    /// </summary>
    private static long? Boot()
    {
        const int StartTime = 19;
        var first = string.Empty;
        try
        {
            first = File.ReadAllText("/proc/1/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Other users' processes may be hidden (hidepid in proc(5)).
        }

        return File.ReadLines("/proc/stat").FirstOrDefault(static line => line.StartsWith("btime ", StringComparison.Ordinal)) is { } line
            && long.TryParse(line.AsSpan("btime ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? (seconds * 1_000_000_000) + (first[(first.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > StartTime } fields
                    && long.TryParse(fields[StartTime], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks * 10_000_000 : 0)
                : null;
    }

    private static void Append(Overlay overlay, char sign)
    {
        var file = Path.Combine(overlay.StepDirectory, FileName);
        using (File.Open(file, FileMode.OpenOrCreate))
        {
            // Now it is there to look at the clock by.
        }

        using var directory = Opening.Directory(overlay.StepDirectory);
        Note(overlay, sign, ClockMarker.In(directory, s_file));
    }

    private static void Note(Overlay overlay, char sign, long moment) =>
        File.AppendAllText(Path.Combine(overlay.StepDirectory, FileName), string.Create(CultureInfo.InvariantCulture, $"{sign}{moment}\n"));
}
