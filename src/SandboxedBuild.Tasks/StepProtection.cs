using System.Collections.Immutable;
using Microsoft.Build.Framework;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tasks;

/// <summary>What a commit of a build may not touch without a grant.</summary>
internal static class StepProtection
{
    /// <summary>That of a step, or of what else its rule admits.</summary>
    /// <param name="note">What is protected besides the usual paths.</param>
    /// <param name="granted">What the rule grants.</param>
    public static ProtectedPaths For(ProtectionNote note, ImmutableArray<PathGlob> granted) => ProtectedPaths.Default with { Protect = [.. note.Protected], Granted = Granted(granted) };

    /// <summary>What is protected besides the usual paths.</summary>
    /// <param name="policy">The policy, which is protected itself, whatever its name.</param>
    /// <param name="step">Who commits; the file that holds the task is trusted by the next build, too.</param>
    public static ProtectionNote NoteFor(Policy policy, StepIdentity step) => policy.Note.And(new(step.File.Length == 0 ? [] : [step.File], []));

    /// <summary>
    /// That of a commit of several steps: each may have been granted something else, so only what the rule of the target that commits them
    /// grants counts.
    /// </summary>
    public static (ProtectionNote Note, ImmutableArray<PathGlob> Granted) OfCommit(IBuildEngine engine, SandboxSettings settings, TaskEnvironment environment)
    {
        var caller = environment.ToCaller();
        var step = StepOf(engine, PackageFolders.Of(settings.PackageFolders, caller));
        var policy = Policy.For(environment.ProjectDirectory, settings.PolicyFile, settings.Root, caller);
        return (NoteFor(policy, step), policy.Files.SelectMany(file => file.About(step)).FirstOrDefault(static rule => rule.Command is null)?.Grants.Protected ?? []);
    }

    /// <summary>A rule's globs as the sandbox and the commit take them.</summary>
    public static ImmutableArray<ProtectedGlob> Granted(ImmutableArray<PathGlob> globs) => [.. globs.Select(ProtectedGlob.Of)];

    /// <summary>The target that holds a task, and its file.</summary>
    public static StepIdentity StepOf(IBuildEngine engine, ImmutableArray<string> packageFolders)
    {
        var file = engine.ProjectFileOfTaskNode ?? string.Empty;
        var target = TargetLocator.TargetAt(file, engine.LineNumberOfTaskNode, engine.ColumnNumberOfTaskNode)?.Name ?? "(unknown)";
        return new(target, file) { IsPackaged = PackageFolders.Hold(packageFolders, file) };
    }
}
