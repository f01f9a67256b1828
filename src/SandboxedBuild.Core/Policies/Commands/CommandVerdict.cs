using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>Whether a script may run without being asked about.</summary>
/// <param name="Used">The rules that admitted commands of it, each once, in order; the built-in list admits without one.</param>
/// <param name="Refusal">What first stands in the way; null when the script is admitted.</param>
public sealed record CommandVerdict(ImmutableArray<CommandPattern> Used, CommandRefusal? Refusal)
{
    /// <summary>Whether nothing stands in the way.</summary>
    public bool IsAdmitted => Refusal is null;
}

/// <summary>What keeps a script from being admitted.</summary>
/// <param name="Reason">A clause for a message.</param>
/// <param name="Line">Where, from 1.</param>
/// <param name="Column">Where, from 1, in UTF-16 units.</param>
/// <param name="PatternToAdd">The pattern that would admit the command; null when no pattern would.</param>
public sealed record CommandRefusal(string Reason, int Line, int Column, string? PatternToAdd);
