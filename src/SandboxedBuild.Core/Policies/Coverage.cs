using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>What a project asks for, held against what a rule grants.</summary>
internal static class Coverage
{
    /// <summary>The part of what is asked that the grants do not cover.</summary>
    public static StepAccess Missing(StepAccess asked, Grants grants, DefaultView view) => new(
        asked.Network > grants.Network ? asked.Network : NetworkAccess.None,
        [.. asked.Paths.Concat(asked.Layers.Select(AsPath)).Where(path => !Covers(grants, path, view)).Distinct()],
        [.. asked.Environment.Where(name => !Covers(grants, name)).Distinct(StringComparer.Ordinal)]);

    /// <summary>What the step gets: what it asks for, and what the rule grants without being asked; of limits the strictest.</summary>
    /// <remarks>
    /// For a path that both name, the project's word counts: it asks for as much as is granted, or for less. A granted path that is not there
    /// is left out: a cache that nobody has filled yet is no reason to stop. What is granted for a layer is seen at its mount point and nowhere else.
    /// </remarks>
    public static StepAccess Combine(StepAccess asked, Grants grants, DefaultView view)
    {
        var named = asked.Paths.Concat(asked.Layers.Select(AsPath)).Select(view.Full).ToHashSet(StringComparer.Ordinal);
        return new(
            asked.RefusesNetwork || grants.Network < asked.Network ? asked.Network : grants.Network,
            [.. grants.Paths.Where(path => !named.Contains(view.Full(path)) && Path.Exists(view.Full(path))), .. asked.Paths],
            [.. asked.Environment.Union(grants.Environment, StringComparer.Ordinal)])
        {
            Layers = asked.Layers,
            Limits = asked.Limits.And(grants.Limits),
        };
    }

    /// <summary>What a layer shows of the host.</summary>
    public static SandboxPath AsPath(SandboxLayer layer) => new(layer.Path, MountAccess.ReadOnly);

    /// <summary>The closest path of the rule decides, then the default view. Hiding something needs no leave.</summary>
    private static bool Covers(Grants grants, SandboxPath asked, DefaultView view)
    {
        if (asked.Access is MountAccess.Hidden or MountAccess.Temporary)
        {
            return true;
        }

        var real = view.Real(asked);
        var closest = grants.Paths.Where(path => RealPath.IsAtOrBelow(real, view.Real(path))).MaxBy(path => view.Real(path).Length);
        return closest?.Access switch
        {
            MountAccess.ReadWrite => true,
            MountAccess.ReadOnly => asked.Access == MountAccess.ReadOnly,
            MountAccess.Hidden or MountAccess.Temporary => false,
            _ => asked.Access == MountAccess.ReadOnly && view.MayRead(asked),
        };
    }

    /// <summary>A pattern grants no secret, so it covers no name that looks like one.</summary>
    private static bool Covers(Grants grants, string asked) =>
        grants.Environment.Contains(asked, StringComparer.Ordinal)
        || (asked.EndsWith('*') ? EnvironmentFilter.CoversPattern(asked, grants.Environment) : EnvironmentFilter.Passes(asked, grants.Environment));
}
