namespace SandboxedBuild.Limits;

/// <summary>A limit that a step went beyond.</summary>
/// <param name="Limit">Which.</param>
/// <param name="Allowed">The limit, in words.</param>
/// <param name="Measured">What was measured, in words.</param>
public sealed record Excess(Limit Limit, string Allowed, string Measured);
