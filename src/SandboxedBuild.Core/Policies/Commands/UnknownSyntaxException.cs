namespace SandboxedBuild.Policies;

/// <summary>Ends the reading of a script that is not known. It never leaves this folder.</summary>
internal sealed class UnknownSyntaxException(string reason, int line, int column) : Exception(reason)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}
