namespace SandboxedBuild.Auditing;

/// <summary>What became of a step's changes, in the audit log.</summary>
internal enum AuditOutcome
{
    /// <summary>They are live.</summary>
    Committed,

    /// <summary>They wait for a commit.</summary>
    Held,

    /// <summary>They were thrown away.</summary>
    RolledBack,

    /// <summary>They were committed, and the live tree is as before again.</summary>
    Undone,

    /// <summary>There were none.</summary>
    Unchanged,

    /// <summary>Nothing surrounded the command, so that they were live at once.</summary>
    NotCaught,

    /// <summary>The gate let nothing run.</summary>
    Denied,

    /// <summary>The sandbox could not be made, so that nothing ran.</summary>
    NotRun,
}
