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

    /// <summary>Whether the built-in list of commands counts.</summary>
    public bool BuiltIn { get; init; } = true;

    /// <summary>What the globs of the rules are relative to: the file's directory; in the user's own file, which is for projects anywhere, <c>/</c>.</summary>
    public string Base => IsUsers ? "/" : System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The rules that are about a step, as far as its target and its file show it, in order.</summary>
    internal IEnumerable<AllowRule> About(StepIdentity step) => Allow.Where(rule => rule.IsAbout(step, Base));
}
