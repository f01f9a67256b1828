using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>
/// The built-in list: what may run without a rule. It holds for commands by a bare name, without assignments, all of whose words are known. The
/// reasons for what is on it and what is not are in <c>docs/adr/0009-what-may-run-without-a-rule.md</c>.
/// </summary>
internal static class BuiltinCommands
{
    private static readonly FrozenDictionary<string, ListedCommand> s_commands =
        ReadingCommands.All.Concat(WritingCommands.All).Append(new("find", FindExpression.OnlyReads)).Append(new("git", GitCommands.OnlyRead))
            .ToFrozenDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);

    /// <summary>What a command on the list does at most; null for one that is not on it.</summary>
    public static ListedEffect? Admit(SimpleCommand command, Bounds bounds) =>
        command is { Assignments: [], Name: { } name } && command.Words.All(static word => word.IsLiteral) && s_commands.TryGetValue(name, out var listed)
            ? listed([.. command.Words.Skip(1).Select(static word => word.Text)], bounds)
            : null;
}

/// <summary>What a command does at most with these arguments; null when they are not on the list.</summary>
internal delegate ListedEffect? ListedCommand(ImmutableArray<string> arguments, Bounds bounds);
