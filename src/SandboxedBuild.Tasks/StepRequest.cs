using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Build.Framework;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tasks;

/// <summary>What a step asks for, after its parameters and the project's settings have been put together.</summary>
/// <param name="Settings">The project's settings.</param>
/// <param name="Environment">The project's directory and environment.</param>
/// <param name="Overlay">The id of a shared overlay, or null or empty for one of its own.</param>
/// <param name="Roots">Roots that the step names itself, absolute.</param>
/// <param name="Strategy">How writes are caught, where the step names it; null for the project's way, or the shared overlay's.</param>
/// <param name="Access">What it asks for beyond the default view; once it is admitted, what it gets.</param>
/// <param name="Command">What it is to run.</param>
/// <param name="Directory">Where, absolute.</param>
/// <param name="Shell">What reads the command, if it is not the sh that PATH finds.</param>
/// <param name="Variables">What the task sets for it, as <c>NAME=value</c>.</param>
/// <param name="HidesCommand">Whether that is not to be shown.</param>
internal sealed record StepRequest(
    SandboxSettings Settings,
    TaskEnvironment Environment,
    string? Overlay,
    ImmutableArray<string> Roots,
    string? Strategy,
    StepAccess Access,
    string Command,
    string Directory,
    string? Shell,
    ImmutableArray<string> Variables,
    bool HidesCommand)
{
    /// <summary>Whether other steps write to its overlay, too, and a task of its own commits them all.</summary>
    [MemberNotNullWhen(true, nameof(Overlay))]
    public bool IsShared => !string.IsNullOrEmpty(Overlay);

    /// <summary>What is asked for that takes a way back to how it was before the step, as parameters name it.</summary>
    public ImmutableArray<string> NeedsWayBack { get; init; } = [];
}
