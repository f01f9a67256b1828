using System.Collections.Immutable;
using Microsoft.Build.Framework;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary>What a step asks for, after its parameters and the project's settings have been put together.</summary>
/// <param name="Settings">The project's settings.</param>
/// <param name="Environment">The project's directory and environment.</param>
/// <param name="Overlay">The id of a shared overlay, or null or empty for one of its own.</param>
/// <param name="Roots">Roots that the step names itself, absolute.</param>
/// <param name="Paths">Paths that are seen in another way than by default.</param>
/// <param name="Network">Which network.</param>
/// <param name="PassEnvironment">Names of variables.</param>
internal sealed record StepRequest(
    SandboxSettings Settings,
    TaskEnvironment Environment,
    string? Overlay,
    ImmutableArray<string> Roots,
    ImmutableArray<SandboxPath> Paths,
    NetworkAccess Network,
    ImmutableArray<string> PassEnvironment);
