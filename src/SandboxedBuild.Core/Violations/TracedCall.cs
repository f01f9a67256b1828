namespace SandboxedBuild.Violations;

/// <summary>A system call that was seen by tracing.</summary>
/// <param name="Name">Its name, such as <c>openat</c>.</param>
/// <param name="Process">The process, by its number outside of the sandbox.</param>
/// <param name="CommandLine">What the process ran, its words parted by spaces; empty where that is not known.</param>
/// <param name="Time">When.</param>
public sealed record TracedCall(string Name, int Process, string CommandLine, DateTimeOffset Time);
