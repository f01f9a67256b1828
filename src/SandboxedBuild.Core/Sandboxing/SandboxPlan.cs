using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// All that a sandbox is made of, decided before anything runs. Mounts are made in the order given, parents before what is in them.
/// </summary>
/// <param name="Mounts">What the step sees.</param>
/// <param name="Environment">The step's whole environment.</param>
/// <param name="Network">Which network it has.</param>
/// <param name="WorkingDirectory">Where it starts: an absolute path that it sees.</param>
/// <param name="Identity">Whose rights it has.</param>
/// <param name="Command">Program and arguments.</param>
public sealed record SandboxPlan(
    ImmutableArray<Mount> Mounts,
    ImmutableSortedDictionary<string, string> Environment,
    NetworkAccess Network,
    string WorkingDirectory,
    SandboxIdentity Identity,
    ImmutableArray<string> Command);
