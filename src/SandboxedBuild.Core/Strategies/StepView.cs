using System.Collections.Immutable;

namespace SandboxedBuild.Strategies;

/// <summary>What a strategy has mounted for one step: it is there from before the step until after it, and goes with this process at the latest.</summary>
internal abstract class StepView : IDisposable
{
    /// <summary>What stands in front of a chain that is to see it, whose current directory is the overlay's.</summary>
    public abstract ImmutableArray<string> Enter { get; }

    /// <summary>Takes over what the step has left, once nothing of the step runs any more.</summary>
    public abstract void Settle();

    /// <inheritdoc/>
    public abstract void Dispose();
}
