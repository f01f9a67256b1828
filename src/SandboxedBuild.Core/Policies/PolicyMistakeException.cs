namespace SandboxedBuild.Policies;

/// <summary>Something in a policy file is not as it must be.</summary>
/// <param name="offset">Where, in bytes.</param>
/// <param name="reason">What and why.</param>
internal sealed class PolicyMistakeException(int offset, string reason) : Exception(reason)
{
    public int Offset { get; } = offset;
}
