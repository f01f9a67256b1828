namespace SandboxedBuild.Strategies;

/// <summary>An entry of a root that was not copied, nor what is in it.</summary>
/// <param name="Path">Its path below the root.</param>
/// <param name="Inode">Its inode.</param>
internal sealed record PassedEntry(byte[] Path, ulong Inode);
