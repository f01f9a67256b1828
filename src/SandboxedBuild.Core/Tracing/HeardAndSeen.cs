using System.Collections.Immutable;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tracing;

/// <summary>Puts together what a command has said and what was seen of it.</summary>
public static class HeardAndSeen
{
    /// <summary>First what it has said, with the call where that was seen; then what it kept to itself.</summary>
    /// <param name="heard">By its words.</param>
    /// <param name="seen">By tracing.</param>
    public static ImmutableArray<Violation> Of(ImmutableArray<Violation> heard, ImmutableArray<Violation> seen)
    {
        // What has no subject, or a host by its name, is the same as what was seen of its kind.
        var told = heard.Where(violation => violation.Subject.Length > 0 || !seen.Any(other => other.Kind == violation.Kind)).Select(violation => violation with { Call = seen.FirstOrDefault(other => IsSame(other, violation))?.Call });
        return [.. told, .. seen.Where(violation => !heard.Any(other => IsSame(violation, other)))];
    }

    private static bool IsSame(Violation seen, Violation heard) => seen.Kind == heard.Kind && (seen.Subject == heard.Subject || (seen.Kind == ViolationKind.Network && heard.Subject.Length > 0));
}
