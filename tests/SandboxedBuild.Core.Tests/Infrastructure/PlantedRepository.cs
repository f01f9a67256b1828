namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Makes git worktrees of the roots of tests that know of no strategy: everything is committed, and no description of the tree shows the repository.
/// (Large files are read and not mapped into memory, which would fill the holes of a sparse file on tmpfs.)
/// </summary>
internal static class PlantedRepository
{
    private const string Script = $$"""
        export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1
        git() { command git -c safe.directory='*' -c init.defaultBranch=main -c core.bigFileThreshold=4k -c user.name=test -c user.email=test@localhost "$@"; }
        modified=$(stat -c %y .)
        git init -q && { git add -A --ignore-errors 2>/dev/null; git commit -q --allow-empty -m planted; } && touch {{TreeDescription.PlantedMark}} && touch -d "$modified" .
        """;

    /// <summary>Makes one, unless there is a repository.</summary>
    public static void In(string root)
    {
        if (!Path.Exists(Path.Combine(root, ".git")))
        {
            Shell.Run(root, Script);
        }
    }
}
