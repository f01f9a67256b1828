namespace SandboxedBuild.Hosts;

/// <summary>One thing that was found out about this host.</summary>
/// <param name="Name">What it is about: one of the names that docs/tool.md lists.</param>
/// <param name="Value">What was found, for people.</param>
public sealed record HostFact(string Name, string Value);
