namespace SandboxedBuild.Sandboxing;

/// <summary>What surrounds a step's command, from the strongest down. The plan is the same for all.</summary>
public enum Isolation
{
    /// <summary>bubblewrap: namespaces, and a filter of system calls.</summary>
    Bubblewrap,

    /// <summary>The same namespaces and mounts, made with the programs of util-linux alone; no filter of system calls.</summary>
    Namespaces,

    /// <summary>Nothing: the command runs as it is, on the live tree, with all of the caller's rights.</summary>
    None,
}
