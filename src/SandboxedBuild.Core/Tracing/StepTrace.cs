using System.Collections.Immutable;

namespace SandboxedBuild.Tracing;

/// <summary>What was seen of a step.</summary>
/// <param name="Failed">Calls that failed, of those that differ in nothing but time and process the first.</param>
/// <param name="Ran">Names of the programs that were run.</param>
/// <param name="Files">What was opened and looked for; null where that was not wanted.</param>
internal sealed record StepTrace(ImmutableArray<FailedCall> Failed, ImmutableHashSet<string> Ran, TracedFiles? Files);
