using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>Who asks for a step, and what it is to run.</summary>
/// <param name="Target">The target whose element holds the task.</param>
/// <param name="File">The full path of the file that defines the target; empty for a project that is in no file.</param>
public sealed record StepIdentity(string Target, string File)
{
    private const int LongestShown = 240;

    /// <summary>Whether the file comes from a package, and so is not the project's own wherever it lies.</summary>
    public bool IsPackaged { get; init; }

    /// <summary>The directory of the project that the step is built for, absolute.</summary>
    public string Project { get; init; } = string.Empty;

    /// <summary>The command, as the shell gets it.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>The directories that the step may change: a redirection may name them in full.</summary>
    public ImmutableArray<string> Roots { get; init; } = [];

    /// <summary>
    /// Whether the names of programs mean the host's: PATH has no directory that a step may write to. If it has, the built-in list
    /// does not count.
    /// </summary>
    public bool HasPrograms { get; init; } = true;

    /// <summary>Variables that the step itself sets for its command, as <c>NAME=value</c>: the same as assignments before each of its commands.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    /// <summary>How the step is run in another way than by sh in its project: a line each, for the person who is asked.</summary>
    public ImmutableArray<string> Particulars { get; init; } = [];

    /// <summary>Why the command's words do not tell what runs, whatever they are: a clause for a message. Null where they do.</summary>
    public string? Obscured { get; init; }

    /// <summary>Whether what is in the roots may not be live: another step of a shared overlay may have made a repository for git to obey.</summary>
    public bool IsShared { get; init; }

    /// <summary>The command as a shell reads it.</summary>
    internal ShellScript Script => Obscured is { } reason ? new([], new(reason, 1, 1)) : WithVariables(ShellScript.Read(Command));

    /// <summary>Whether the command is not to be shown (<c>EchoOff</c>): it may hold a secret.</summary>
    public bool HidesCommand { get; init; }

    /// <summary>The command for a message: its first line, without its middle where it is long; null when there is none to show.</summary>
    public string? ShownCommand
    {
        get
        {
            var text = Command.Trim();
            var line = text.Split('\n')[0].TrimEnd();
            return HidesCommand || text.Length == 0 ? null
                : line.Length > LongestShown ? line[..(LongestShown / 2)] + "…" + line[^(LongestShown / 2)..]
                : line.Length < text.Length ? line + " …"
                : line;
        }
    }

    private ShellScript WithVariables(ShellScript script)
    {
        var assignments = ImmutableArray.CreateBuilder<ShellAssignment>();
        foreach (var variable in Variables)
        {
            var (name, value) = variable.Split('=', 2) is [var first, var second] ? (first, second) : (variable, string.Empty);
            if (ShellScript.Read($"{name}={ShellQuoting.Quote(value)} true").Commands is not [{ Assignments: [{ Value.IsLiteral: true } assignment], Words: [{ Text: "true" }] }])
            {
                return new([], new($"the variable {name}, which no shell would set,", 1, 1));
            }

            assignments.Add(assignment);
        }

        return assignments.Count == 0 ? script : script with { Commands = [.. script.Commands.Select(command => command.Words.IsEmpty ? command : command with { Assignments = [.. assignments, .. command.Assignments] })] };
    }
}
