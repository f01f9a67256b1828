using SandboxedBuild.Limits;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What came of a step.</summary>
/// <param name="Status">What the sandbox said.</param>
/// <param name="Output">What the command wrote to standard output.</param>
/// <param name="Error">What the command wrote to standard error.</param>
internal sealed record StepOutcome(StepStatus Status, string Output, string Error)
{
    /// <summary>What it used.</summary>
    public StepUsage? Usage { get; init; }

    /// <summary>The limit that it went beyond.</summary>
    public Excess? Excess { get; init; }

    /// <summary>What was seen of it, if it was traced.</summary>
    public StepTrace? Trace { get; init; }

    /// <summary>The same outcome, which must have been a success.</summary>
    public StepOutcome ShouldSucceed()
    {
        Assert.That(Status.ExitCode, Is.Zero, $"output: {Output}\nerror: {Error}\nsetup: {Status.Errors}");
        return this;
    }
}
