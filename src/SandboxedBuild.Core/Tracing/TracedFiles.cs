using System.Collections.Immutable;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Tracing;

/// <summary>
/// Which files a step opens to read, as strace tells it call by call, and which it looks for in vain. What the step has made itself before it reads it is not read from anywhere; what it
/// has moved is what it was. Bounded, whatever the command does; <see cref="IsCut"/> tells that something is missing.
/// </summary>
/// <param name="roots">The step's roots, of which alone it is kept what was looked for in vain.</param>
/// <param name="linkBefore">What a symlink holds that was there before the step; null for whatever is none.</param>
/// <param name="most">How many paths there are at most, of each kind.</param>
internal sealed class TracedFiles(ImmutableArray<string> roots, Func<string, string?> linkBefore, int most = TracedFiles.Most)
{
    private const int Most = 50_000;

    private static readonly ImmutableHashSet<string> s_openers = ["open", "openat", "openat2", "creat"];
    private static readonly ImmutableHashSet<string> s_runners = ["execve", "execveat"];
    private static readonly ImmutableHashSet<string> s_makers = ["mkdir", "mkdirat", "mknod", "mknodat"];
    private static readonly ImmutableHashSet<string> s_linkers = ["symlink", "symlinkat"];
    private static readonly ImmutableHashSet<string> s_removers = ["unlink", "unlinkat", "rmdir"];
    private static readonly ImmutableHashSet<string> s_movers = ["rename", "renameat", "renameat2", "link", "linkat"];
    private static readonly ImmutableHashSet<string> s_lookers = ["stat", "lstat", "stat64", "lstat64", "newfstatat", "fstatat64", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat"];

    private readonly Dictionary<string, TracedRead> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);

    private readonly TracedNames _names = new(linkBefore, most);

    /// <summary>Paths that were opened so that they would be made if they were not there.</summary>
    private readonly HashSet<string> _perhapsMade = new(StringComparer.Ordinal);

    private bool _isCut;

    /// <summary>What was read, each path once.</summary>
    public IReadOnlyCollection<TracedRead> Read => _read.Values;

    /// <summary>Paths in the roots that were looked for and were not there, but for those that the step has made then.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    /// <summary>Whether there was more than is kept.</summary>
    public bool IsCut => _isCut || _names.IsCut;

    /// <summary>Whether there is anything to learn of a call.</summary>
    public static bool Concerns(CallText call) =>
        s_openers.Contains(call.Name) || s_runners.Contains(call.Name)
        || (call.Error is null ? s_makers.Contains(call.Name) || s_linkers.Contains(call.Name) || s_removers.Contains(call.Name) || s_movers.Contains(call.Name) : call.Error == "ENOENT" && s_lookers.Contains(call.Name));

    /// <summary>Takes a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="paths">What it is about, absolute.</param>
    public void Take(CallText call, ImmutableArray<string> paths)
    {
        if (paths.IsEmpty)
        {
            return;
        }

        var last = paths[^1];
        if (call.Error is not null)
        {
            Misses(call, last);
        }
        else if (s_runners.Contains(call.Name))
        {
            Reads(paths[0], _names.Target(paths[0]), perhaps: false);
        }
        else if (s_openers.Contains(call.Name))
        {
            Opens(call, last);
        }
        else if (s_movers.Contains(call.Name) && paths is [var from, var to])
        {
            _names.Move(_names.Place(from), _names.Place(to), keeps: call.Name.StartsWith("link", StringComparison.Ordinal), swaps: call.Flags.Contains("RENAME_EXCHANGE", StringComparison.Ordinal));
            _missing.Remove(to);
        }
        else if (s_linkers.Contains(call.Name))
        {
            _names.Link(_names.Place(last), call.Words[0].Value);
            _missing.Remove(last);
        }
        else
        {
            // Whatever is at a path that was removed comes from the step, if there is anything again.
            Makes(last, _names.Place(last));
        }
    }

    private void Misses(CallText call, string path)
    {
        if (call.Error == "ENOENT" && !call.Flags.Contains("O_CREAT", StringComparison.Ordinal) && IsInRoot(path) && _names.Origin(path) is not null && !_missing.Contains(path) && HasRoom(_missing.Count))
        {
            _missing.Add(path);
        }
    }

    private void Opens(CallText call, string path)
    {
        var flags = call.Flags;
        if (Has("O_DIRECTORY") || Has("O_PATH") || Has("O_TMPFILE") || call.Opened is not { } opened)
        {
            return;
        }

        if (call.Name == "creat" || Has("O_TRUNC") || (Has("O_CREAT") && Has("O_EXCL")))
        {
            Makes(path, opened);
        }
        else if (!Has("O_WRONLY"))
        {
            Reads(path, opened, perhaps: Has("O_CREAT"));
        }
        else if (Has("O_CREAT") && !_read.ContainsKey(path) && HasRoom(_perhapsMade.Count))
        {
            _perhapsMade.Add(opened);
            _missing.Remove(opened);
        }

        bool Has(string flag) => flags.Contains(flag, StringComparison.Ordinal);
    }

    private void Reads(string path, string opened, bool perhaps)
    {
        if (_names.Origin(opened) is not { } origin)
        {
            return;
        }

        // A name counts that was there before the step, and in the root that the file is in; else the file's own does.
        var named = path != opened && origin == opened && _names.Origin(path) == path && _names.Place(path) is var place && _names.Origin(place) == place && (IsInRoot(path) || !IsInRoot(origin)) ? path : origin;
        if (!_read.ContainsKey(named) && HasRoom(_read.Count))
        {
            _read.Add(named, new(named, origin, perhaps || _names.IsCut || _perhapsMade.Contains(origin)));
        }
    }

    private void Makes(string path, string place)
    {
        _names.Make(place);
        _missing.Remove(path);
        _missing.Remove(place);
    }

    private bool IsInRoot(string path) => roots.Any(root => RealPath.IsAtOrBelow(path, root));

    private bool HasRoom(int count)
    {
        _isCut |= count >= most;
        return count < most;
    }
}

/// <summary>A file that was read.</summary>
/// <param name="Path">As it was opened, absolute.</param>
/// <param name="Opened">The file itself, behind whatever symlinks lead there.</param>
/// <param name="PerhapsMade">Whether the step itself made it, if it was not there.</param>
internal sealed record TracedRead(string Path, string Opened, bool PerhapsMade);
