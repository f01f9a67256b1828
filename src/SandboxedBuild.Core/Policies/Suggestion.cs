using System.Collections.Immutable;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>The rule that would admit a step, in two forms that can be copied.</summary>
/// <param name="File">The policy file that it is for.</param>
/// <param name="Rule">The rule, as JSON.</param>
/// <param name="Command">The command that adds it.</param>
internal sealed record Suggestion(string File, string Rule, string Command)
{
    private static readonly ImmutableArray<string> Allow = ["dotnet", "sandbox", "allow"];

    /// <summary>A rule for exactly this step with what it needs, or null where no rule of the file can be for it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="needs">What it asks for.</param>
    /// <param name="file">The policy file.</param>
    /// <param name="home">The caller's home directory, or null.</param>
    public static Suggestion? For(StepIdentity step, StepAccess needs, PolicyFile file, string? home)
    {
        var path = step.File.Length == 0 ? "/" : Path.GetFullPath(step.File, "/");
        if (step.File.Length == 0 || !Paths.RealPath.IsAtOrBelow(path, file.Base))
        {
            return file.IsUsers ? null : ForCommand(step, needs, file, home);
        }

        var project = ScopeOf(file, home).Written(new(path, default), home);
        return new(file.Path, RuleText.Of(step.Target, project, command: null, Written(needs, file, home)), Line(step, project, needs, file));
    }

    /// <summary>
    /// A rule for the command, whoever runs it: the target of a package or of the .NET SDK is in no file that a project's policy could name. Only
    /// for a command that is one command of known words besides what is on the built-in list, and names nothing in the home directory: a
    /// project's policy is for others, too.
    /// </summary>
    private static Suggestion? ForCommand(StepIdentity step, StepAccess needs, PolicyFile file, string? home)
    {
        var allowlist = new CommandAllowlist([], step.Roots) { BuiltIn = step.HasPrograms && file.BuiltIn, HasUnjudgedSettings = step.IsShared };
        if (step.HidesCommand || allowlist.Judge(step.Script).Refusal?.PatternToAdd is not { } text || CommandPattern.Parse(text) is var pattern && !(allowlist with { Patterns = [pattern] }).Judge(step.Script).IsAdmitted)
        {
            return null;
        }

        return step.Script.Commands.FirstOrDefault(pattern.Matches) is { Assignments: [] } command && command.Words.All(word => word.IsLiteral && (home is null || !word.Text.Contains(home, StringComparison.Ordinal)))
            ? new(file.Path, RuleText.Of(target: null, project: null, text, Written(needs, file, home)), ShellQuoting.Join([.. Allow, .. Options(needs, file), "--", .. command.Words.Select(static word => word.Text)]))
            : null;
    }

    /// <summary>What a rule would have to grant, as it is written, where it grants too little: of each of its keys that has to change all of it.</summary>
    /// <param name="missing">What it does not grant.</param>
    /// <param name="admission">The rule and its file.</param>
    /// <param name="home">The caller's home directory, or null.</param>
    public static StepAccess Wider(StepAccess missing, Admission admission, string? home)
    {
        var grants = admission.Grants;
        var wider = new StepAccess(
            missing.Network,
            missing.Paths.IsEmpty ? [] : [.. grants.Paths.ExceptBy(missing.Paths.Select(static path => path.Path), static path => path.Path, StringComparer.Ordinal), .. missing.Paths],
            missing.Environment.IsEmpty ? [] : [.. grants.Environment, .. missing.Environment]);
        return admission.File is { } file ? Written(wider, file, home) : wider;
    }

    private static StepAccess Written(StepAccess access, PolicyFile file, string? home) =>
        access with { Paths = [.. access.Paths.Select(path => path with { Path = ScopeOf(file, home).Written(path, home) })] };

    private static PolicyScope ScopeOf(PolicyFile file, string? home) => file.IsUsers ? PolicyScope.OfUser(home) : PolicyScope.OfProject(file.Path);


    private static string Line(StepIdentity step, string project, StepAccess needs, PolicyFile file) => ShellQuoting.Join([.. Allow, "--target", step.Target, "--project", project, .. Options(needs, file)]);

    private static IEnumerable<string> Options(StepAccess needs, PolicyFile file) =>
    [
        .. needs.Network == NetworkAccess.None ? [] : new[] { "--network", needs.Network.ToString() },
        .. needs.Paths.SelectMany(static path => new[] { "--path", $"{path.Path}:{path.Access}" }),
        .. needs.Environment.SelectMany(static name => new[] { "--env", name }),
        .. file.IsUsers ? ["--user"] : new[] { "--file", file.Path },
    ];
}
