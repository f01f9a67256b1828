using System.Diagnostics;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Auditing;

/// <summary>What somebody decides later of changes that steps have left, or of a commit: a line of its own in the audit log. Its time begins with this object.</summary>
/// <param name="origin">What is done.</param>
/// <param name="overlay">The overlay's id.</param>
/// <param name="project">The project's directory, or the current one.</param>
internal sealed class AuditDecision(AuditOrigin origin, string overlay, string project)
{
    private readonly DateTimeOffset _time = DateTimeOffset.UtcNow;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>The target whose task does it; null for <c>dotnet sandbox</c>.</summary>
    public string? Target { get; init; }

    /// <summary>The file that defines the target.</summary>
    public string? File { get; init; }

    /// <summary>The line.</summary>
    /// <param name="outcome">What became of the changes.</param>
    /// <param name="changes">Those that were committed, or still wait; null for none.</param>
    /// <param name="refusal">Why it could not be done; null if it was.</param>
    public AuditEntry Entry(AuditOutcome outcome, IReadOnlyCollection<Change>? changes, Diagnostic? refusal) => new(
        AuditEntry.CurrentVersion,
        _time,
        AuditUser.OfProcess,
        origin.ToString(),
        project,
        File,
        Target,
        Command: null,
        Gate: null,
        Plan: null,
        overlay,
        outcome.ToString(),
        refusal is null ? null : "Commit",
        refusal?.Code,
        ExitCode: null,
        changes is null ? null : AuditChanges.Of(changes),
        Violations: null,
        Usage: null,
        Limits: null,
        _watch.ElapsedMilliseconds);
}
