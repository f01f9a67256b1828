namespace SandboxedBuild.Limits;

/// <summary>Where a number of a step's use comes from, and so what it means.</summary>
public enum UsageSource
{
    /// <summary>A control group of the step's own: the kernel counts all of its processes at every moment. Memory includes the files that it cached.</summary>
    ControlGroup,

    /// <summary>Looks into <c>/proc</c> from time to time: what is between two of them, or after the last, is not seen.</summary>
    Samples,
}
