using System.Collections.Immutable;

namespace SandboxedBuild.Tracing;

/// <summary>What was seen of a step.</summary>
/// <param name="Failed">Calls that failed, of those that differ in nothing but time and process the first.</param>
/// <param name="Read">Paths that were opened for reading or run, absolute, each once.</param>
/// <param name="Ran">Names of the programs that were run.</param>
internal sealed record StepTrace(ImmutableArray<FailedCall> Failed, ImmutableArray<string> Read, ImmutableHashSet<string> Ran);
