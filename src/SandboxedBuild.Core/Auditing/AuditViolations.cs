using SandboxedBuild.Violations;

namespace SandboxedBuild.Auditing;

/// <summary>What was refused to a step: how much, and the first. The command's own words are left out: whatever it has printed may be in them.</summary>
internal sealed record AuditViolations(int Count, AuditViolation[] First)
{
    private const int Most = 10;

    /// <summary>Whether nothing is missing: what is read may have been edited.</summary>
    internal bool IsWhole => First is not null && First.All(static violation => violation is { Kind: not null, Subject: not null });

    public static AuditViolations? Of(IReadOnlyCollection<Violation> violations) =>
        violations.Count == 0 ? null : new(violations.Count, [.. violations.Take(Most).Select(static violation => new AuditViolation(violation.Kind.ToString(), Bounded.Text(violation.Subject)))]);
}

/// <summary>One of them.</summary>
/// <param name="Kind">A word of <see cref="ViolationKind"/>.</param>
/// <param name="Subject">The path, host or system call; empty where nobody said.</param>
internal sealed record AuditViolation(string Kind, string Subject);
