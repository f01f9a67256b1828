using Microsoft.Extensions.FileSystemGlobbing;

namespace SandboxedBuild.Policies;

/// <summary>A rule that admits the steps of a target.</summary>
/// <param name="Target">The target's name; case does not matter, as in MSBuild.</param>
/// <param name="Project">
/// A glob, relative to the policy file, for the file that defines the target; null for any file below the policy file's directory.
/// A package cannot borrow a project's target name: only its file's own path names it.
/// </param>
public sealed record AllowRule(string Target, string? Project)
{
    /// <summary>Whether the rule admits a step.</summary>
    /// <param name="step">Who is asking.</param>
    /// <param name="directory">The policy file's directory.</param>
    public bool Admits(StepIdentity step, string directory)
    {
        var relative = step.RelativeTo(directory);
        var below = !Path.IsPathRooted(relative) && relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal);
        return string.Equals(step.Target, Target, StringComparison.OrdinalIgnoreCase) && below && (Project == relative || (!step.IsPackaged && (Project is null || Matches(relative))));
    }

    private bool Matches(string relative)
    {
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(Project!);
        return matcher.Match(relative).HasMatches;
    }
}
