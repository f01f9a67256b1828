namespace SandboxedBuild.Tasks;

/// <summary>What becomes of changes that are not to a step's declared <c>Outputs</c>.</summary>
internal enum UndeclaredChanges
{
    /// <summary>They are committed like any other.</summary>
    Commit,

    /// <summary>They are committed, and a warning names them.</summary>
    Warn,

    /// <summary>Nothing is committed, and an error names them.</summary>
    Error,

    /// <summary>They are thrown away, and the declared ones are committed.</summary>
    Discard,
}
