using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tasks;

/// <summary>Diagnostics of what only a build has: tasks, their parameters, their projects.</summary>
internal static class TaskDiagnostics
{
    public static Diagnostic AmbiguousSettings(string directory, IEnumerable<string> projects) => new(
        "SBX2010",
        $"{string.Join(" and ", projects.Select(Path.GetFileName))} in {directory} have different sandbox settings, and a step in a file that both import cannot tell which are its own. Give them the same settings, or put the projects into directories of their own.");
}
