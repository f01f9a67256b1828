using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>Judges scripts: admitted is one whose every simple command is admitted, by a pattern or by the built-in list, and whose every redirection stays inside.</summary>
/// <param name="Patterns">The patterns of the rules.</param>
/// <param name="Roots">Absolute paths of the directories that a script may name in full to write there. Relative ones lead into its working directory, which is the caller's to judge.</param>
/// <remarks>
/// What admits a command is its name: which program that is, PATH decides in the sandbox. A caller whose PATH has directories that steps
/// may write must not trust the names.
/// </remarks>
public sealed record CommandAllowlist(ImmutableArray<CommandPattern> Patterns, ImmutableArray<string> Roots)
{
    /// <summary>Whether the built-in list counts.</summary>
    public bool BuiltIn { get; init; } = true;

    /// <summary>Whether settings that commands find in the roots (a repository's, <c>global.json</c>) may be those of another step, which no commit has judged.</summary>
    public bool HasUnjudgedSettings { get; init; }

    /// <summary>Judges a script.</summary>
    public CommandVerdict Judge(string script) => Judge(ShellScript.Read(script));

    /// <summary>Judges a script.</summary>
    public CommandVerdict Judge(ShellScript script)
    {
        ArgumentNullException.ThrowIfNull(script);
        if (script.Unknown is { } unknown)
        {
            return new([], new($"the command is not understood: {unknown}", unknown.Line, unknown.Column, PatternToAdd: null));
        }

        var used = new List<CommandPattern>();
        var bounds = new Bounds(Roots, Relative: true);
        bounds = bounds with { Relative = script.Commands.All(command => command.Name is not ("cd" or "chdir") || BuiltinCommands.Admit(command, bounds) is not null) };
        foreach (var command in script.Commands)
        {
            if (Refusal(command, script, bounds, used) is { } refusal)
            {
                return new([.. used], refusal);
            }
        }

        return new([.. used], Refusal: null);
    }

    private CommandRefusal? Refusal(SimpleCommand command, ShellScript script, Bounds bounds, List<CommandPattern> used)
    {
        if (command.Words.IsEmpty && !command.Assignments.IsEmpty)
        {
            return Refuse(command, "an assignment, which the commands after it would see, is admitted by no rule", patternToAdd: null);
        }

        if (!command.Words.IsEmpty)
        {
            if (Patterns.FirstOrDefault(pattern => pattern.Matches(command)) is not { } pattern)
            {
                if ((BuiltIn ? WhyNotListed(command, script, bounds) : NoRule(command)) is { } reason)
                {
                    return Refuse(command, reason, CommandPattern.TextFor(command));
                }
            }
            else if (!used.Contains(pattern))
            {
                used.Add(pattern);
            }
        }

        return command.Redirections.FirstOrDefault(redirection => redirection.OpensFile && !redirection.IsToNothing && !(redirection.Target.IsLiteral && bounds.Hold(redirection.Target.Text))) is { } outside
            ? Refuse(command, $"the redirection to {outside.Target.Text} is not known to stay in the working directory or the roots", patternToAdd: null)
            : null;
    }

    private string? WhyNotListed(SimpleCommand command, ShellScript script, Bounds bounds) => BuiltinCommands.Admit(command, bounds) switch
    {
        null => NoRule(command),
        ListedEffect.FollowsSettings when HasUnjudgedSettings => $"{command.Name} follows settings that another step of the shared overlay may have made, and {NoRule(command)}",
        ListedEffect.FollowsSettings when script.Commands.Any(other => !ReferenceEquals(other, command) && MayPlantSettings(other, bounds)) =>
            $"{command.Name} follows settings that another command of the script may have made or led to, and no rule admits {CommandPattern.TextFor(command)}",
        _ => null,
    };

    private static string NoRule(SimpleCommand command) => $"no rule admits {CommandPattern.TextFor(command) ?? command.Name}";

    private static bool MayPlantSettings(SimpleCommand command, Bounds bounds) =>
        BuiltinCommands.Admit(command, bounds) == ListedEffect.Writes || command.Redirections.Any(static redirection => redirection.WritesFile);

    private static CommandRefusal Refuse(SimpleCommand command, string reason, string? patternToAdd) => new(reason, command.Line, command.Column, patternToAdd);
}
