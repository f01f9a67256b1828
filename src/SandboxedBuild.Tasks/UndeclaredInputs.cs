namespace SandboxedBuild.Tasks;

/// <summary>What becomes of reads that are not of a step's declared <c>Inputs</c>.</summary>
internal enum UndeclaredInputs
{
    /// <summary>Nothing.</summary>
    Ignore,

    /// <summary>A warning names them.</summary>
    Warn,

    /// <summary>Nothing is committed, and an error names them.</summary>
    Error,
}
