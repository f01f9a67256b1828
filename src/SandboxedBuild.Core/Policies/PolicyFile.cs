using System.Collections.Immutable;

namespace SandboxedBuild.Policies;

/// <summary>What a policy file says.</summary>
/// <param name="Path">The file's full path, whether it exists or not.</param>
/// <param name="Allow">The rules, in order.</param>
public sealed record PolicyFile(string Path, ImmutableArray<AllowRule> Allow)
{
    /// <summary>Whether it is the user's own, for all of their projects, and not a project's.</summary>
    public bool IsUsers { get; init; }

    /// <summary>Paths that no step may change without a grant, besides the usual ones.</summary>
    public ImmutableArray<PathGlob> Protect { get; init; } = [];

    /// <summary>Whether the list of commands that only read counts.</summary>
    public bool BuiltIn { get; init; } = true;

    /// <summary>What the globs of the rules are relative to: the file's directory; in the user's own file, which is for projects anywhere, <c>/</c>.</summary>
    public string Base => IsUsers ? "/" : System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The first rule that admits a step, or null.</summary>
    public AllowRule? RuleFor(StepIdentity step) => Allow.FirstOrDefault(rule => rule.Admits(step, Base));
}
