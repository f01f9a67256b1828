namespace SandboxedBuild.Auditing;

/// <summary>What a line of the audit log is about.</summary>
internal enum AuditOrigin
{
    /// <summary>A step of a build.</summary>
    Build,

    /// <summary>A command of <c>dotnet sandbox run</c>.</summary>
    Run,

    /// <summary>A later commit of what steps left.</summary>
    Commit,

    /// <summary>That it was thrown away.</summary>
    Rollback,

    /// <summary>That a commit was taken back.</summary>
    Undo,
}
