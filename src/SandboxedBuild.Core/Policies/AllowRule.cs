namespace SandboxedBuild.Policies;

/// <summary>A rule that admits steps: those of a target, or those that run a command.</summary>
/// <param name="Target">The target's name; case does not matter, as in MSBuild. Null for any, if there is a command.</param>
/// <param name="Project">
/// A glob for the file that defines the target, relative to <see cref="PolicyFile.Base"/>. A target without it is meant in the project's
/// own files below the policy file's directory only. A package cannot borrow a project's target name: only its file's own path names it.
/// </param>
/// <param name="Command">What the step runs; null for anything, if there is a target.</param>
public sealed record AllowRule(string? Target, string? Project = null, string? Command = null)
{
    /// <summary>What the steps get.</summary>
    public Grants Grants { get; init; } = Grants.None;

    /// <summary>The line in the policy file, from 1; 0 for a rule that stands in none.</summary>
    public int Line { get; init; }

    /// <summary>The column in <see cref="Line"/>, from 1.</summary>
    public int Column { get; init; }

    /// <summary>What <see cref="Command"/> says.</summary>
    internal CommandPattern? Pattern => Command is null ? null : CommandPattern.Parse(Command);

    /// <summary>Whether the rule is about a step, as far as its target and its file show it.</summary>
    /// <param name="step">Who is asking.</param>
    /// <param name="directory">What <see cref="Project"/> is relative to.</param>
    public bool IsAbout(StepIdentity step, string directory) =>
        (Target is null || string.Equals(step.Target, Target, StringComparison.OrdinalIgnoreCase)) && AdmitsFile(step, directory);

    /// <summary>Whether the rule means the same steps as another one.</summary>
    internal bool MeansTheSameAs(AllowRule other) =>
        string.Equals(Target, other.Target, StringComparison.OrdinalIgnoreCase) && Project == other.Project && Command?.Trim() == other.Command?.Trim();

    /// <summary>Whether the rule means every step that another one means, as far as their texts show it.</summary>
    internal bool Covers(AllowRule other) =>
        (Target is null || string.Equals(Target, other.Target, StringComparison.OrdinalIgnoreCase))
        && (Project is null || Project == other.Project)
        && (Command is null || Command.Trim() == other.Command?.Trim());

    /// <summary>A command means the same whoever runs it; a target's name means something only together with the file.</summary>
    private bool AdmitsFile(StepIdentity step, string directory) =>
        Project is null
            ? Target is null || (!step.IsPackaged && step.File.Length > 0 && Paths.RealPath.IsAtOrBelow(Path.GetFullPath(step.File, "/"), directory))
            : new PathGlob(directory, Project) is var glob && step.File.Length > 0 && (glob.Names(Path.GetFullPath(step.File, "/")) || (!step.IsPackaged && glob.Matches(step.File)));
}
