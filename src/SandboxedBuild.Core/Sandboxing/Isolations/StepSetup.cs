using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>How an isolation sets one plan up.</summary>
/// <param name="Files">What its programs read from the step's directory: names and contents.</param>
/// <param name="Chain">The programs, each of which starts the next, with their arguments; the overlay's directory is the current one.</param>
internal sealed record StepSetup(ImmutableArray<(string Name, byte[] Bytes)> Files, ImmutableArray<string> Chain)
{
    /// <summary>Whether what writes the status lives where the command could write to it too: then it is a pipe, which fills no disk.</summary>
    public bool IsStatusInReach { get; init; }
}
