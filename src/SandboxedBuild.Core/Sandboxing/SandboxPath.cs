namespace SandboxedBuild.Sandboxing;

/// <summary>A path that a step is to see in another way than by default.</summary>
/// <param name="Path">Absolute; <c>~/</c> stands for the home directory.</param>
/// <param name="Access">How the step sees it.</param>
public sealed record SandboxPath(string Path, MountAccess Access);
