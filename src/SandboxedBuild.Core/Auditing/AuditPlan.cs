using SandboxedBuild.Policies;

namespace SandboxedBuild.Auditing;

/// <summary>What a command got, or, of one that was denied, what it asked for.</summary>
/// <param name="Isolation">What surrounded it; null of one that was denied.</param>
/// <param name="Strategy">How its writes were caught; null where none were, and of one that was denied.</param>
/// <param name="Network"><c>None</c> or <c>Host</c>.</param>
/// <param name="Roots">The directories that it might change.</param>
/// <param name="Paths">Paths and layers that it saw in another way than by default.</param>
/// <param name="Environment">Names of variables that it saw besides the usual ones.</param>
/// <param name="Protected">Globs of protected paths that its rule grants.</param>
internal sealed record AuditPlan(string? Isolation, string? Strategy, string Network, string[] Roots, string[] Paths, string[] Environment, string[] Protected)
{
    /// <summary>Whether nothing is missing: what is read may have been edited.</summary>
    internal bool IsWhole => Network is not null && new[] { Roots, Paths, Environment, Protected }.All(static list => list is not null && list.All(static text => text is not null));

    public static AuditPlan Of(string? isolation, string? strategy, string network, IEnumerable<string> roots, StepAccess access, IEnumerable<string> granted) =>
        new(isolation, strategy, network, Bounded.List(roots), Bounded.List(access.PathTexts), Bounded.List(access.Environment), Bounded.List(granted));
}
