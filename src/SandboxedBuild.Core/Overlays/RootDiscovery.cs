namespace SandboxedBuild.Overlays;

/// <summary>Which directory a step may change when nobody said so.</summary>
public static class RootDiscovery
{
    /// <summary>
    /// The nearest ancestor of the project that holds <c>.git</c> (a directory, or a file in a worktree or submodule), else the
    /// solution's directory, else the project's own.
    /// </summary>
    /// <param name="projectDirectory">An absolute path.</param>
    /// <param name="solutionDirectory">An absolute path, or null or empty; MSBuild's <c>*Undefined*</c> counts as none.</param>
    public static string DefaultFor(string projectDirectory, string? solutionDirectory)
    {
        for (var directory = projectDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (Path.Exists(Path.Combine(directory, ".git")))
            {
                return directory;
            }
        }

        return !string.IsNullOrEmpty(solutionDirectory) && Path.IsPathRooted(solutionDirectory)
            ? Path.TrimEndingDirectorySeparator(solutionDirectory)
            : projectDirectory;
    }
}
