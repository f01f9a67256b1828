using SandboxedBuild.Progress;

namespace SandboxedBuild.Strategies;

/// <summary>What there is to know while an overlay is made.</summary>
/// <param name="Limits">How much may be copied.</param>
/// <param name="Progress">Is told now and then how far a copy has come, on the thread that makes the overlay.</param>
/// <param name="Cancellation">Ends it.</param>
internal sealed record Creation(CopyLimits Limits, Action<WorkProgress>? Progress, CancellationToken Cancellation);
