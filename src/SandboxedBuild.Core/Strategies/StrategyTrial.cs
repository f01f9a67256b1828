using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Strategies;

/// <summary>Whether a strategy works on this host, at the place of the state and of the roots.</summary>
/// <param name="Strategy">Which.</param>
/// <param name="Refusal">Why it does not; null when it does.</param>
public sealed record StrategyTrial(Strategy Strategy, Diagnostic? Refusal);
