namespace SandboxedBuild.Tracing;

/// <summary>A string among the arguments of a call.</summary>
/// <param name="Value">The string, its bytes read as UTF-8.</param>
/// <param name="Directory">The directory that it is relative to, where the call names one.</param>
internal sealed record TracedWord(string Value, string? Directory);
