namespace SandboxedBuild.Violations;

/// <summary>An access that the sandbox refused to a step.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Subject">
/// What it was to: an absolute path as the step sees it; of <see cref="ViolationKind.Network"/> the host, with its port where that is known, or an address; of
/// <see cref="ViolationKind.Call"/> the name of the system call. Empty where nobody said.
/// </param>
/// <param name="Evidence">How it is known: the line that the command printed, or the system call with its result. Whatever the command has printed may be in it.</param>
/// <param name="Remedy">What to do, for a person to read.</param>
public sealed record Violation(ViolationKind Kind, string Subject, string Evidence, string Remedy)
{
    /// <summary>Who did it, where it was seen by tracing; null where only the command's words are known.</summary>
    public TracedCall? Call { get; init; }

    /// <summary>Whether it was to be taken away or replaced, which no grant makes possible.</summary>
    public bool Removes { get; init; }

    /// <summary>The same without what processes of the step were told on their command lines, for steps whose command is not to be shown.</summary>
    public Violation WithoutCommandLine() => Call is null ? this : this with
    {
        Evidence = Call.Name.StartsWith("exec", StringComparison.Ordinal) && Subject.Length > 0 ? $"{Call.Name} {Subject}" : Evidence,
        Call = Call with { CommandLine = string.Empty },
    };
}
