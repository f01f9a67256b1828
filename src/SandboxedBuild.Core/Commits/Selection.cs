using Microsoft.Extensions.FileSystemGlobbing;
using SandboxedBuild.Changes;

namespace SandboxedBuild.Commits;

/// <summary>Which changes are to be committed, by globs on the path below the root.</summary>
public sealed class Selection
{
    private readonly Matcher? _matcher;
    private readonly DeclaredPaths? _declared;
    private readonly Func<Change, bool>? _accepts;

    /// <summary>Selects by globs (<c>**</c> any directories, <c>*</c> within a name), case-sensitive.</summary>
    /// <param name="include">What is committed; nothing given means everything.</param>
    /// <param name="exclude">What is not, even when it is included.</param>
    public Selection(IReadOnlyCollection<string> include, IReadOnlyCollection<string> exclude)
    {
        if (include.Count == 0 && exclude.Count == 0)
        {
            return;
        }

        _matcher = new Matcher(StringComparison.Ordinal);
        _matcher.AddIncludePatterns(include.Count == 0 ? ["**/*"] : include);
        _matcher.AddExcludePatterns(exclude);
    }

    /// <summary>Selects what somebody has said yes to.</summary>
    public Selection(Func<Change, bool> accepts) => _accepts = accepts;

    private Selection(Matcher? matcher, DeclaredPaths declared) => (_matcher, _declared) = (matcher, declared);

    /// <summary>The same, but only changes to declared outputs.</summary>
    public Selection Of(DeclaredPaths outputs) => new(_matcher, outputs);

    /// <summary>Selects everything.</summary>
    public static Selection All { get; } = new([], []);

    /// <summary>Whether nothing can be left out.</summary>
    internal bool IsAll => _matcher is null && _declared is null && _accepts is null;

    /// <summary>Whether a change is selected.</summary>
    /// <remarks>Globs match files. A directory is selected if a file in it would be, whatever its name.</remarks>
    public bool Includes(Change change) => _declared?.Covers(change) != false && _accepts?.Invoke(change) != false && Matches(change);

    private bool Matches(Change change) =>
        _matcher is null || (!change.Path.IsRoot && _matcher.Match(change.Type == EntryType.Directory ? $"{change.Path}/.any" : change.Path.ToString()).HasMatches);
}
