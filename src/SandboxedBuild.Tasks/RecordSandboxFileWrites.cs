using Microsoft.Build.Framework;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Gives the outputs that sandboxed steps committed to <c>FileWrites</c>, so that MSBuild treats them as the build's own. They are
/// remembered in a file from build to build: in an incremental build, whose step is skipped, they would count as stale otherwise and be
/// deleted. Only what lies in the output directories: a source file that a step changed is never one to clean.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class RecordSandboxFileWrites : SandboxTask
{
    /// <summary>The file that remembers, one path a line.</summary>
    [Required]
    public string Record { get; set; } = string.Empty;

    /// <summary>The project's output directory.</summary>
    public string? OutputDirectory { get; set; }

    /// <summary>The project's intermediate directory.</summary>
    public string? IntermediateDirectory { get; set; }

    /// <summary>The files that are still there.</summary>
    [Output]
    public ITaskItem[] FileWrites { get; private set; } = [];

    private protected override bool Run()
    {
        var record = Absolute(Record);
        string[] remembered = File.Exists(record) ? File.ReadAllLines(record) : [];
        var directories = new[] { OutputDirectory, IntermediateDirectory }.Where(static path => !string.IsNullOrEmpty(path)).Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path!, TaskEnvironment.ProjectDirectory))).ToList();
        var files = remembered.Concat(CommittedFiles.Of(BuildEngine, TaskEnvironment.ProjectDirectory))
            .Distinct(StringComparer.Ordinal)
            .Where(file => directories.Exists(directory => IsReallyBelow(file, directory)))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (!files.SequenceEqual(remembered, StringComparer.Ordinal))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(record)!);
            File.WriteAllLines(record, files);
        }

        FileWrites = [.. files.Select(Escaping.Item)];
        return true;

        // A step can write the record itself, or lead a directory of it elsewhere: what it names is going to be deleted one day.
        static bool IsReallyBelow(string file, string directory) =>
            Path.IsPathRooted(file) && Path.GetFullPath(file, "/") == file && File.Exists(file) && Directory.Exists(directory)
            && RealPath.IsAtOrBelow(RealPath.OfDirectory(Path.GetDirectoryName(file)!), RealPath.OfDirectory(directory));
    }
}
