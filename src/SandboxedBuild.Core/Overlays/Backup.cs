using System.Collections.Immutable;

namespace SandboxedBuild.Overlays;

/// <summary>What a commit left behind so that it can be undone.</summary>
/// <param name="Id">The overlay's id.</param>
/// <param name="Directory">Where it is kept.</param>
/// <param name="Roots">The roots that were committed to.</param>
public sealed record Backup(string Id, string Directory, ImmutableArray<string> Roots);
