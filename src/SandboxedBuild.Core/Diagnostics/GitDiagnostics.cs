using SandboxedBuild.Overlays;

namespace SandboxedBuild.Diagnostics;

/// <summary>SBX1027, SBX1028 and SBX4025: the strategy GitWorktree.</summary>
internal static class GitDiagnostics
{
    private const string Otherwise = "or catch writes in another way: -p:SandboxStrategy=Copy";

    /// <param name="root">The root.</param>
    /// <param name="around">The worktree that it lies in, or null.</param>
    /// <param name="isBare">Whether it is a repository itself, without a worktree.</param>
    public static Diagnostic NotWorktree(OverlayRoot root, string? around, bool isBare) => new(
        "SBX1027",
        $"{root.Path} is not the top of a git worktree ({(isBare ? "it is a bare repository" : around is null ? "it has no .git, nor has a directory above it" : $"that is {around}")}), which the strategy GitWorktree needs. "
            + (isBare ? $"Check it out and name that as the root: git worktree add DIRECTORY, then -p:SandboxRoot=DIRECTORY – {Otherwise}"
                : around is null ? $"Make it one: git init – {Otherwise}"
                : $"Name the top as the root: -p:SandboxRoot={around} – {Otherwise}"));

    public static Diagnostic NotUsable(OverlayRoot root, string reason, string fix) => new(
        "SBX1028",
        $"{root.Path} is a git worktree whose repository cannot be lent to a step: {reason}. To mend it: {fix} – {Otherwise}");

    public static Diagnostic Lost(IReadOnlyCollection<string> roots) => new(
        "SBX4025",
        $"the step has made commits, branches, tags or stashes in its own repository of {string.Join(", ", roots)}, which goes with it: only files are committed to the live tree. Make them yourself: git add -A && git commit – or let the step write to the live repository, without a sandbox: SandboxIsolation=None")
    { IsWarning = true };
}
