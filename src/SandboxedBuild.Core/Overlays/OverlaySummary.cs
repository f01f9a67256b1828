using System.Collections.Immutable;

namespace SandboxedBuild.Overlays;

/// <summary>What there is to say of an overlay without looking into it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Created">When it was made.</param>
/// <param name="State">Who has it, or what it waits for.</param>
/// <param name="Directory">Its state directory.</param>
/// <param name="Roots">Its roots, in order of their numbers.</param>
public sealed record OverlaySummary(string Id, DateTimeOffset Created, OverlayState State, string Directory, ImmutableArray<OverlayRoot> Roots);
