namespace SandboxedBuild.Strategies;

/// <summary>How far the copy of a root has come.</summary>
/// <param name="Root">The root's path.</param>
/// <param name="Entries">Files, directories and others so far.</param>
/// <param name="Bytes">What was copied of their contents; what the filesystem shares does not count.</param>
public sealed record CopyProgress(string Root, long Entries, long Bytes);
