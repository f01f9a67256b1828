namespace SandboxedBuild.Tracing;

/// <summary>What is known of a process or thread of the step.</summary>
/// <param name="CommandLine">What it runs.</param>
/// <param name="Directory">Its working directory.</param>
internal sealed record TracedProcess(string CommandLine, string Directory);
