namespace SandboxedBuild.Diagnostics;

/// <summary>An expected failure. It becomes a line of the log at the edge: in the tasks and in the tool, in one place each.</summary>
/// <param name="diagnostic">What the line says.</param>
public class SandboxException(Diagnostic diagnostic) : Exception($"{diagnostic.Code}: {diagnostic.Message}")
{
    /// <summary>What to tell.</summary>
    public Diagnostic Diagnostic { get; } = diagnostic;
}
