namespace SandboxedBuild.Policies;

/// <summary>Who asks for a step, and what it is to run.</summary>
/// <param name="Target">The target whose element holds the task.</param>
/// <param name="File">The full path of the file that defines the target; empty for a project that is in no file.</param>
public sealed record StepIdentity(string Target, string File)
{
    private const int LongestShown = 120;

    /// <summary>Whether the file comes from a package, and so is not the project's own wherever it lies.</summary>
    public bool IsPackaged { get; init; }

    /// <summary>The command, as the shell gets it.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>Whether the command is not to be shown (<c>EchoOff</c>): it may hold a secret.</summary>
    public bool HidesCommand { get; init; }

    /// <summary>The command for a message: its first line, cut where it is long; null when there is none to show.</summary>
    public string? ShownCommand
    {
        get
        {
            var text = Command.Trim();
            var line = text.Split('\n')[0].TrimEnd();
            return HidesCommand || text.Length == 0 ? null
                : line.Length > LongestShown ? line[..LongestShown] + "…"
                : line.Length < text.Length ? line + " …"
                : line;
        }
    }
}
