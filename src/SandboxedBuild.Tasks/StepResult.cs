using System.Collections.Immutable;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Diffs;

namespace SandboxedBuild.Tasks;

/// <summary>What became of a step.</summary>
/// <param name="Outcome">Whether its changes are live.</param>
/// <param name="Changes">Those that were committed or are held; none of a step that was rolled back.</param>
/// <param name="Warnings">What the user should know of the commit.</param>
internal sealed record StepResult(Outcome Outcome, ImmutableArray<Change> Changes, ImmutableArray<Diagnostic> Warnings)
{
    /// <summary>Why what was to be committed is held instead, which is an error; null otherwise.</summary>
    public Diagnostic? Refusal { get; init; }

    /// <summary>What the changes are, line by line, if the log is to have it.</summary>
    public ImmutableArray<KeptDiff> Diffs { get; init; } = [];
}
