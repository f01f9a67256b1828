namespace SandboxedBuild.Policies;

/// <summary>Who asks for a step.</summary>
/// <param name="Target">The target whose element holds the task.</param>
/// <param name="File">The full path of the file that defines the target.</param>
public sealed record StepIdentity(string Target, string File)
{
    /// <summary>Whether the file comes from a package, and so is not the project's own wherever it lies.</summary>
    public bool IsPackaged { get; init; }

    /// <summary>The file's path as seen from a directory; outside of it for a project that is in no file.</summary>
    internal string RelativeTo(string directory) => File.Length == 0 ? "../" : Path.GetRelativePath(directory, File);
}
