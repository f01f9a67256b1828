using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Hosts;

/// <summary>What steps can be sandboxed with on this host, over one root.</summary>
/// <param name="Facts">What the host has.</param>
/// <param name="Isolations">What each isolation does here, the strongest first.</param>
/// <param name="Strategies">What each way to catch writes does here, in the order in which they are tried.</param>
/// <param name="Refusal">Why a step with all at its default would not run; null if it would.</param>
public sealed record HostReport(ImmutableArray<HostFact> Facts, ImmutableArray<HostVerdict> Isolations, ImmutableArray<HostVerdict> Strategies, Diagnostic? Refusal);
