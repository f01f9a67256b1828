namespace SandboxedBuild.TestKit;

/// <summary>
/// What steps leave behind if they do not clean up: entries in directories that should be empty again, mounts, processes.
/// Taken before, asked after.
/// </summary>
public sealed class Leftovers
{
    // Processes of a sandbox that was killed are gone a moment later; the kernel takes their namespaces and mounts down after that.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // A file that others may be waiting for cannot be deleted; it stays where overlays are kept.
    private const string LockFile = ".sandboxed-build.lock";

    // What commits keep for a while so that they can be undone.
    private const string Backups = "undo";

    // Every step is written to the log of its user.
    private const string Log = "log-";

    private readonly IReadOnlyList<string> _directories;
    private readonly IReadOnlyList<string> _mentioned;
    private readonly HashSet<string> _before;

    private Leftovers(IReadOnlyList<string> directories, IReadOnlyList<string> mentioned, bool isNew)
    {
        _directories = directories;
        _mentioned = mentioned;
        _before = [.. isNew ? Entries() : Present()];
    }

    /// <summary>Where overlays are kept unless a project says otherwise.</summary>
    public static string DefaultStateDirectory => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache"),
        "sandboxed-build");

    /// <summary>
    /// Remembers what is there now: the entries of the default state directory and of <paramref name="directories"/> (not of those
    /// below, except in <c>overlays</c>), and mounts and processes that mention one of these paths.
    /// </summary>
    /// <remarks>Name directories of one test only, if tests run in parallel.</remarks>
    public static Leftovers Snapshot(params string[] directories) => new([.. directories, DefaultStateDirectory], [.. directories, DefaultStateDirectory], isNew: false);

    /// <summary>
    /// The same for one tree of one test: what is beside it and in <paramref name="stateDirectory"/>, and mounts and processes that
    /// mention the tree or something beside it.
    /// </summary>
    public static Leftovers Around(TemporaryTree tree, string stateDirectory)
    {
        ArgumentNullException.ThrowIfNull(tree);
        Directory.CreateDirectory(Path.Combine(stateDirectory, "overlays"));

        // No process or mount can mention a path that was made up a moment ago.
        return new([tree.Surroundings, stateDirectory], [tree.Surroundings], isNew: true);
    }

    /// <summary>What has appeared since and is still there after a short wait, each named.</summary>
    public IReadOnlyList<string> Appeared()
    {
        var deadline = DateTime.UtcNow + LongestWait;
        while (true)
        {
            var appeared = Present().Where(thing => !_before.Contains(thing)).ToList();
            if (appeared.Count == 0 || DateTime.UtcNow > deadline)
            {
                return appeared;
            }

            Thread.Sleep(20);
        }
    }

    /// <summary>Fails, and names what has appeared, unless nothing has; processes do not outlive that.</summary>
    /// <exception cref="InvalidOperationException">Something was left behind.</exception>
    public void AssertNone()
    {
        if (Appeared() is { Count: > 0 } appeared)
        {
            foreach (var process in RunningProcess.All().Where(process => appeared.Contains(process.ToString(), StringComparer.Ordinal)))
            {
                process.Kill();
            }

            throw new InvalidOperationException("left behind:\n" + string.Join('\n', appeared));
        }
    }

    private IEnumerable<string> Present() => Entries().Concat(Mounts()).Concat(Processes());

    private IEnumerable<string> Entries() =>
        from directory in _directories.Concat(_directories.Select(directory => Path.Combine(directory, "overlays")))
        where Directory.Exists(directory)
        from entry in Directory.EnumerateFileSystemEntries(directory)
        where Path.GetFileName(entry) is not (LockFile or Backups) && !Path.GetFileName(entry).StartsWith(Log, StringComparison.Ordinal)
        select "entry " + entry;

    private IEnumerable<string> Mounts() =>
        from line in File.ReadLines("/proc/self/mountinfo")
        where _mentioned.Any(text => line.Contains(text, StringComparison.Ordinal))
        select "mount " + line;

    private IEnumerable<string> Processes() =>
        from process in RunningProcess.All()
        where _mentioned.Any(process.Mentions)
        select process.ToString();
}
