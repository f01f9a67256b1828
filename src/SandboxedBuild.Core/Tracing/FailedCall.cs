using System.Collections.Immutable;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tracing;

/// <summary>A call of the step that failed.</summary>
/// <param name="Call">Who made it, and when.</param>
/// <param name="Text">The call itself, as strace writes it.</param>
/// <param name="Error">The error's name.</param>
/// <param name="Paths">The paths that it was about, absolute.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record FailedCall(TracedCall Call, string Text, string Error, ImmutableArray<string> Paths, string Arguments);
