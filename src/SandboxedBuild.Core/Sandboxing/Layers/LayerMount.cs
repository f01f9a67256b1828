using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>Directories of the host, merged; what the step writes there is caught, and thrown away with the overlay.</summary>
/// <param name="Layers">Their real paths, the first of which hides what is at the same path in those after it.</param>
/// <param name="Destination">The path inside.</param>
public sealed record LayerMount(ImmutableArray<string> Layers, string Destination) : Mount(Destination);
