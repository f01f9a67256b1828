using System.Collections.Immutable;
using SandboxedBuild.Auditing;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Tool.Logs;

/// <summary>Which steps of the log are wanted; null, empty and false leave it open.</summary>
/// <param name="Named">The project as it was typed.</param>
/// <param name="Project">The same, absolute.</param>
/// <param name="Target">The target; case does not matter, as in MSBuild.</param>
/// <param name="Outcomes">What became of it.</param>
/// <param name="Failed">Only what failed.</param>
/// <param name="Since">Not older.</param>
/// <param name="Last">How many at most, of the newest.</param>
internal sealed record LogFilter(string? Named, string? Project, string? Target, ImmutableArray<AuditOutcome> Outcomes, bool Failed, DateTimeOffset? Since, int? Last)
{
    /// <summary>Those that are wanted, in the same order.</summary>
    public IReadOnlyList<AuditEntry> Of(IEnumerable<AuditEntry> entries)
    {
        var wanted = entries.Where(IsWanted);
        return [.. Last is { } last ? wanted.TakeLast(last) : wanted];
    }

    private bool IsWanted(AuditEntry entry) =>
        (Project is null || RealPath.IsAtOrBelow(entry.Project, Project) || entry.File == Project || Path.GetFileName(entry.File) == Named)
        && (Target is null || string.Equals(entry.Target, Target, StringComparison.OrdinalIgnoreCase))
        && (Outcomes.IsEmpty || Outcomes.Any(outcome => outcome.ToString() == entry.Outcome))
        && (!Failed || entry.Failure is not null)
        && (Since is not { } since || entry.Time >= since);
}
