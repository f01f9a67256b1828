using System.Collections.Immutable;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>
/// The locks of roots that a step writes to in place. Whoever runs the step has them as long as it runs, and waiting for them inside it, as a build in a build would, would never end: there, a
/// file or directory carries the lock in their stead.
/// </summary>
/// <param name="Carrier">Its path.</param>
/// <param name="Roots">The roots; none of them named: all there are.</param>
internal sealed record CarriedLock(string Carrier, ImmutableArray<string> Roots)
{
    /// <summary>The file in the sandbox of such a step, which has no other roots to write to; it is empty.</summary>
    internal const string Mark = "/.sandboxed-build-in-place";

    /// <summary>The variable that a command without a sandbox gets: the path of a file that names the roots; its directory carries the lock.</summary>
    internal const string Variable = "SANDBOXEDBUILD_IN_PLACE";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>What this process was started in; null for nothing of that kind.</summary>
    public static CarriedLock? OfThisProcess()
    {
#pragma warning disable RS0030 // Which process has started this one is no matter of a project's environment.
        var file = File.Exists(Mark) ? Mark : Environment.GetEnvironmentVariable(Variable);
#pragma warning restore RS0030
        return !File.Exists(file) ? null
            : file == Mark ? new(Mark, [])

            // Not the file itself: .NET locks what it reads (flock(2), too).
            : new(Path.GetDirectoryName(file)!, [.. File.ReadAllText(file).Split('\0', StringSplitOptions.RemoveEmptyEntries)]);
    }

    /// <summary>Makes one for a command that is about to run, with what this process itself was started in.</summary>
    public static void Write(string file, IEnumerable<string> roots) =>
        File.WriteAllText(file, OfThisProcess() is not { } outer ? Text(roots) : outer.Roots.IsEmpty ? string.Empty : Text(roots.Concat(outer.Roots)));

    /// <summary>Waits for it; null once nobody carries it any more.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public FileLock? Take(CancellationToken cancellation)
    {
        while (Path.Exists(Carrier))
        {
            if (FileLock.TryTake(Carrier, create: false) is { } taken)
            {
                return taken;
            }

            cancellation.WaitHandle.WaitOne(s_pause);
            cancellation.ThrowIfCancellationRequested();
        }

        return null;
    }

    /// <summary>Whether it stands for the lock of a directory: that of a root, or one that others want for themselves alone and that a root is in.</summary>
    public bool StandsFor(string path, bool shared) =>
        Roots.IsEmpty || Roots.Contains(path, StringComparer.Ordinal) || (!shared && Roots.Any(root => RealPath.IsAtOrBelow(root, path)));

    private static string Text(IEnumerable<string> roots) => string.Join('\0', roots.Distinct(StringComparer.Ordinal));
}
