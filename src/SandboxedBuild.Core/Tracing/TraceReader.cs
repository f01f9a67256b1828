using System.Collections.Immutable;
using System.Globalization;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tracing;

/// <summary>
/// Follows strace's output line by line: which processes are the step's, what they run, where they are, and what they are refused. What it keeps is bounded, whatever the command does.
/// </summary>
/// <param name="directory">In which the command begins.</param>
/// <param name="files">What is told of files, if somebody wants to know.</param>
internal sealed class TraceReader(string directory, TracedFiles? files = null)
{
    private const int MostKept = 2000;
    private const int MostRan = 10_000;
    private const int LongestText = 1000;

    private static readonly ImmutableHashSet<string> s_errors = ["EROFS", "EACCES", "EPERM", "ENOENT", "ENETUNREACH", "EHOSTUNREACH", "ECONNREFUSED", "EADDRNOTAVAIL"];
    private static readonly ImmutableHashSet<string> s_makers = ["fork", "vfork", "clone", "clone3"];

    /// <summary>Of these, the first string is what the link is to hold, and no path of the call.</summary>
    private static readonly ImmutableHashSet<string> s_linkMakers = ["symlink", "symlinkat"];

    private readonly Dictionary<int, TracedProcess> _step = [];
    private readonly HashSet<int> _setup = [];
    private readonly Dictionary<int, string> _unfinished = [];
    private readonly Dictionary<(string, string, string), FailedCall> _failed = [];
    private readonly HashSet<string> _ran = new(StringComparer.Ordinal);
    private TracedProcess _lastMaker = new(string.Empty, directory);
    private bool _began;

    /// <summary>What was seen until now.</summary>
    public StepTrace Result => new([.. _failed.Values], [.. _ran], files);

    /// <summary>Takes a line.</summary>
    public void Take(string line)
    {
        if (TraceLine.Read(line) is not { } traced || Whole(traced) is not { } text || CallText.Read(text) is not { } call)
        {
            return;
        }

        if (!_step.TryGetValue(traced.Process, out var process) && !IsOfStep(traced.Process, call, out process))
        {
            return;
        }

        _step[traced.Process] = process = Follow(process, call);
        if (call.Error is { } error && s_errors.Contains(error))
        {
            Keep(traced, process, call, text, error);
        }

        if (files is not null && TracedFiles.Concerns(call))
        {
            files.Take(call, Paths(call, process));
        }
    }

    /// <summary>A call that others came in between is written in two parts.</summary>
    private string? Whole(TraceLine line)
    {
        const string Unfinished = " <unfinished ...>";
        const string Resumed = " resumed>";
        if (line.Text.EndsWith(Unfinished, StringComparison.Ordinal))
        {
            _unfinished[line.Process] = line.Text[..^Unfinished.Length];
            if (_step.TryGetValue(line.Process, out var maker) && s_makers.Contains(line.Text.Split('(')[0]))
            {
                _lastMaker = maker;
            }

            return null;
        }

        if (line.Text.StartsWith("<... ", StringComparison.Ordinal) && line.Text.IndexOf(Resumed, StringComparison.Ordinal) is > 0 and var end)
        {
            return _unfinished.Remove(line.Process, out var start) ? start + line.Text[(end + Resumed.Length)..] : null;
        }

        return line.Text;
    }

    /// <summary>The processes that set the sandbox up are known before the command begins; whoever comes after is the command's.</summary>
    private bool IsOfStep(int number, CallText call, out TracedProcess process)
    {
        process = _lastMaker;
        if (_began)
        {
            return !_setup.Contains(number);
        }

        if (call is { Name: "execve", Error: null } && StepCommand.Begins(call.Words.Skip(1).Select(static word => word.Value)))
        {
            _began = true;
            return true;
        }

        _setup.Add(number);
        return false;
    }

    private TracedProcess Follow(TracedProcess process, CallText call)
    {
        if (call.Words.FirstOrDefault(static word => word.Directory is not null)?.Directory is { } current && call.Arguments.StartsWith("AT_FDCWD<", StringComparison.Ordinal) && current.StartsWith('/'))
        {
            process = process with { Directory = current };
        }

        if (call.Error is not null)
        {
            return process;
        }

        switch (call.Name)
        {
            case "execve" or "execveat" when call.Words is [var program, .. var arguments]:
                var line = string.Join(' ', arguments.Select(static word => word.Value));
                _ = _ran.Count < MostRan && _ran.Add(Path.GetFileName(program.Value));
                return process with { CommandLine = StepCommand.Begins(arguments.Select(static word => word.Value)) ? "sh" : Short(line) };
            case "chdir" when call.Words is [var target]:
                return process with { Directory = Full(target, process) };
            case "fchdir" when call.Directory is ['/', ..] here:
                return process with { Directory = here };
            case "fork" or "vfork" or "clone" or "clone3" when ChildOf(call) is { } child:
                _step[child] = _step.GetValueOrDefault(child) is { } known && known.CommandLine != process.CommandLine ? known : process;
                return process;
            default:
                return process;
        }
    }

    /// <summary>The child's number as strace sees it: in its own words where the step has a namespace of processes.</summary>
    private static int? ChildOf(CallText call)
    {
        const string Mark = "/* ";
        var start = call.Remark.IndexOf(Mark, StringComparison.Ordinal);
        var text = start >= 0 ? call.Remark[(start + Mark.Length)..].Split(' ')[0] : call.Result?.ToString(CultureInfo.InvariantCulture);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
    }

    private static string Short(string text) => text.Length > LongestText ? text[..LongestText] + "…" : text;

    private void Keep(TraceLine traced, TracedProcess process, CallText call, string text, string error)
    {
        var paths = Paths(call, process);
        var key = (call.Name, error, paths.IsEmpty ? call.Arguments : string.Join('\0', paths));
        if (_failed.Count < MostKept && !_failed.ContainsKey(key))
        {
            _failed.Add(key, new(new(call.Name, traced.Process, process.CommandLine, traced.Time), Short(text), error, paths, call.Arguments));
        }
    }

    private static ImmutableArray<string> Paths(CallText call, TracedProcess process)
    {
        var count = call.Name is "execve" or "execveat" ? 1 : call.Words.Length;

        // With AT_EMPTY_PATH, which succeeds, the descriptor is the file.
        return [.. call.Words.Take(count).Skip(s_linkMakers.Contains(call.Name) ? 1 : 0).Where(word => word.Value.Length > 0 || (call.Error is null && word.Directory is ['/', ..])).Select(word => Full(word, process))];
    }

    private static string Full(TracedWord word, TracedProcess process)
    {
        var from = word.Directory is { } named && named.StartsWith('/') ? named : process.Directory;
        return word.Value.Length == 0 ? from : Path.TrimEndingDirectorySeparator(Path.GetFullPath(word.Value.Replace("\0", "\ufffd", StringComparison.Ordinal), from));
    }
}
