namespace SandboxedBuild.Tasks;

/// <summary>What became of a step's changes.</summary>
internal enum Outcome
{
    /// <summary>They are in the live tree.</summary>
    Committed,

    /// <summary>They are kept in the overlay.</summary>
    Held,

    /// <summary>They were thrown away; the live tree was not touched.</summary>
    RolledBack,

    /// <summary>There were none.</summary>
    Unchanged,
}
