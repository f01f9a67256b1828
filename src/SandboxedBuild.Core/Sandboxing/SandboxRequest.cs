using System.Collections.Immutable;
using SandboxedBuild.Policies;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Sandboxing;

/// <summary>What is asked of a sandbox; all that is not said here is the default view's.</summary>
/// <param name="Roots">The roots' real paths, in order of their numbers.</param>
/// <param name="Aliases">Other names of roots, through symlinks of the host: name to real path.</param>
/// <param name="WorkingDirectory">Where the command starts.</param>
/// <param name="Command">Program and arguments (see <see cref="StepCommand"/>).</param>
/// <param name="Environment">The caller's environment.</param>
public sealed record SandboxRequest(
    ImmutableArray<string> Roots,
    ImmutableDictionary<string, string> Aliases,
    string WorkingDirectory,
    ImmutableArray<string> Command,
    CallerEnvironment Environment)
{
    /// <summary>Paths that are to be seen in another way than by default.</summary>
    public ImmutableArray<SandboxPath> Paths { get; init; } = [];

    /// <summary>Directories that are to be seen merged under mount points, the first of each mount point first.</summary>
    public ImmutableArray<SandboxLayer> Layers { get; init; } = [];

    /// <summary>Files and directories of the host that the command needs for itself: its script, the .NET SDK, the package folder.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];

    /// <summary>The caller's home directory, in whose place there is an empty one; null without one.</summary>
    public string? Home { get; init; }

    /// <summary>Which network the command has.</summary>
    public NetworkAccess Network { get; init; }

    /// <summary>Names of variables that pass besides the usual ones (see <see cref="EnvironmentFilter"/>).</summary>
    public ImmutableArray<string> PassEnvironment { get; init; } = [];

    /// <summary>What is seen at the roots' paths, in the same order, with what earlier steps of the overlay left; the live roots if nothing is said.</summary>
    public ImmutableArray<SeenRoot> Seen { get; init; } = [];

    /// <summary>Directories that no step may write to: where the overlays' state and the audit log are kept.</summary>
    public ImmutableArray<string> Untouchable { get; init; } = [];

    /// <summary>Protected paths that the step may change.</summary>
    public ImmutableArray<ProtectedGlob> Granted { get; init; } = [];
}
