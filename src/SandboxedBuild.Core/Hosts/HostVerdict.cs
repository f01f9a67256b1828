using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Hosts;

/// <summary>What a trial said of one way to make a sandbox.</summary>
/// <param name="Name">The value of the property that chooses it.</param>
/// <param name="IsDefault">Whether steps get it when nobody names one.</param>
/// <param name="Refusal">Why it does not work here, and how to change that; null if it does.</param>
public sealed record HostVerdict(string Name, bool IsDefault, Diagnostic? Refusal);
