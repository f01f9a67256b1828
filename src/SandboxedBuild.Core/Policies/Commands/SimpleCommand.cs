using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>An assignment before a command, or in place of one.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">What stands behind the equals sign.</param>
public sealed record ShellAssignment(string Name, ShellWord Value);

/// <summary>A simple command of a shell script. The redirections of a subshell or of a group in braces stand as one without words.</summary>
/// <param name="Assignments">What stands before the command.</param>
/// <param name="Words">The command and its arguments; the first is literal. None where there are only assignments or redirections.</param>
/// <param name="Redirections">In order.</param>
/// <param name="Line">Where it starts, from 1.</param>
/// <param name="Column">Where it starts, from 1.</param>
public sealed record SimpleCommand(ImmutableArray<ShellAssignment> Assignments, ImmutableArray<ShellWord> Words, ImmutableArray<Redirection> Redirections, int Line, int Column)
{
    /// <summary>The command's name, or null where there is none.</summary>
    public string? Name => Words is [{ } first, ..] ? first.Text : null;
}
