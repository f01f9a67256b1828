using SandboxedBuild.Diagnostics;
using SandboxedBuild.Paths;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>The rules that apply to a project: those of its policy file, then the user's own.</summary>
/// <param name="Project">The project's policy file; without rules where there is none.</param>
/// <param name="User">The user's own, or null.</param>
public sealed record Policy(PolicyFile Project, PolicyFile? User = null)
{
    /// <summary>The name that is looked for in a project's directory and above.</summary>
    public const string FileName = "sandbox.json";

    /// <summary>The files, in the order in which their rules are asked.</summary>
    public IEnumerable<PolicyFile> Files => User is null ? [Project] : [Project, User];

    /// <summary>Paths that no step may change without a grant, besides the usual ones.</summary>
    public IEnumerable<PathGlob> Protect => Files.SelectMany(static file => file.Protect);

    /// <summary>Where the user's policy file and approvals are or would be; null without a home.</summary>
    internal string? UsersDirectory { get; init; }

    /// <summary>The same with the policy files themselves, whatever their names, and what else the user has said of steps.</summary>
    public ProtectionNote Note => new([.. Files.Select(static file => file.Path).Append(UsersDirectory).OfType<string>()], [.. Protect]);

    /// <summary>
    /// Reads the policy that applies to a project: the file that was named, else the nearest <c>sandbox.json</c> in its directory or
    /// above; without one, a policy without rules, for the file that would be made in <paramref name="root"/>. The user's own file adds to it.
    /// </summary>
    /// <exception cref="SandboxException">A file cannot be read or is not in the form of a policy.</exception>
    public static Policy For(string projectDirectory, string? namedFile, string root, CallerEnvironment caller)
    {
        var file = namedFile is null ? Nearest(projectDirectory) : Path.GetFullPath(namedFile, projectDirectory);
        return new(file is null ? new PolicyFile(Path.Combine(root, FileName), []) : PolicyFiles.Read(file), PolicyFiles.ReadUsers(caller))
        {
            UsersDirectory = Path.GetDirectoryName(PolicyFiles.UsersPath(caller)),
        };
    }

    /// <summary>The nearest policy file in a directory or above, or null.</summary>
    public static string? Nearest(string start)
    {
        for (var directory = start; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (Path.Combine(directory, FileName) is var file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    /// <summary>
    /// Why a step may run without being asked about, or null when it may not. Of several rules that admit it the first one counts, in the order
    /// of the file, the project's file before the user's. A rule with a command admits a step whose other commands are on the built-in list; where each command needs
    /// another rule, the step gets what all of these rules grant. That list alone comes last.
    /// </summary>
    public Admission? AdmissionOf(StepIdentity step)
    {
        var script = step.Script;
        var rules = Files.SelectMany(file => file.About(step).Select(rule => (Rule: rule, File: file, rule.Pattern))).ToList();
        foreach (var (rule, file, meant) in rules)
        {
            if (meant is not { } pattern || Judge(step, script, [pattern]) is { IsAdmitted: true, Used.Length: > 0 })
            {
                return Admission.By(rule, file);
            }
        }

        var verdict = Judge(step, script, rules.Select(static each => each.Pattern!));
        var used = rules.Where(each => verdict.Used.Contains(each.Pattern!)).ToList();
        return !verdict.IsAdmitted || script.Commands.IsEmpty ? null
            : used.Count == 0 ? Admission.BuiltIn
            : Admission.By(used[0].Rule with { Grants = used.Select(static each => each.Rule.Grants).Aggregate(static (one, other) => one.And(other)) }, used[0].File);
    }

    /// <summary>Judges a step's command by patterns and, where it counts, the built-in list.</summary>
    private CommandVerdict Judge(StepIdentity step, ShellScript script, IEnumerable<CommandPattern> patterns) =>
        new CommandAllowlist([.. patterns], step.Roots) { BuiltIn = step.HasPrograms && Files.All(static file => file.BuiltIn), HasUnjudgedSettings = step.IsShared }.Judge(script);

    /// <summary>What stops a step that nothing admits: it names the rule to add, and the command that adds it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="needs">What it asks for beyond the default view.</param>
    /// <param name="caller">Whose own policy file and home directory count.</param>
    internal Diagnostic Refusal(StepIdentity step, StepAccess needs, CallerEnvironment caller)
    {
        var user = User ?? (PolicyFiles.UsersPath(caller) is { } path ? new PolicyFile(path, []) { IsUsers = true } : null);
        return InputDiagnostics.NotAllowed(step, Project.Path, Suggestion.For(step, needs, Project, caller.Home), user is null ? null : Suggestion.For(step, needs, user, caller.Home));
    }

    /// <summary>What stops a step that asks for more than it is granted: it names what its rule would have to say.</summary>
    /// <param name="step">The step.</param>
    /// <param name="missing">What it is not granted.</param>
    /// <param name="admission">Why it may run.</param>
    /// <param name="home">The caller's home directory, or null.</param>
    internal Diagnostic Refusal(StepIdentity step, StepAccess missing, Admission admission, string? home) =>
        InputDiagnostics.NotGranted(step, missing, admission, admission.Rule is null ? Suggestion.For(step, missing, Project, home) : null, string.Join(", ", RuleText.Members(Suggestion.Wider(missing, admission, home))));
}
