using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>One thing that a step sees, at one place.</summary>
/// <param name="Destination">The path inside: absolute and normal.</param>
public abstract record Mount(string Destination);

/// <summary>A path of the host.</summary>
/// <param name="Source">The host's path.</param>
/// <param name="Destination">The path inside.</param>
/// <param name="Writable">Whether writes reach the host.</param>
public sealed record BindMount(string Source, string Destination, bool Writable = false) : Mount(Destination)
{
    /// <summary>Whether nothing is wrong if the path is gone by then.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>A root, through its overlay.</summary>
/// <param name="Number">The root's number in the overlay.</param>
/// <param name="Destination">The root's real path.</param>
public sealed record OverlayMount(int Number, string Destination) : Mount(Destination)
{
    /// <summary>Directories below the root that are to be there for layers, though the live root may not have them.</summary>
    public ImmutableArray<string> MountPoints { get; init; } = [];
}

/// <summary>An empty directory in memory.</summary>
/// <param name="Destination">The path inside.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Writable">Whether the step may fill it.</param>
public sealed record EmptyDirectory(string Destination, int Mode, bool Writable) : Mount(Destination);

/// <summary>An empty file that covers one of the host.</summary>
/// <param name="Destination">The path inside.</param>
public sealed record EmptyFile(string Destination) : Mount(Destination);

/// <summary>A symbolic link, as the host has it at the same place.</summary>
/// <param name="Target">What it points to.</param>
/// <param name="Destination">The path inside.</param>
public sealed record LinkMount(string Target, string Destination) : Mount(Destination);

/// <summary>A new <c>/proc</c>, of the step's own processes.</summary>
public sealed record ProcMount() : Mount("/proc");

/// <summary>A minimal <c>/dev</c>: null, zero, full, random, urandom, tty, pts, shm.</summary>
public sealed record DevMount() : Mount("/dev");
