using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tool.Running;

/// <summary>Why a command may not have found what is there.</summary>
internal static class Visibility
{
    /// <summary>Files and directories that the command line names and that the sandbox does not show, the program first.</summary>
    public static List<string> Unseen(SandboxPlan plan, IReadOnlyList<string> command, ToolHost host)
    {
        var program = command[0].Contains('/', StringComparison.Ordinal) ? null : host.Environment.Find(command[0], []);
        return [.. command.Where(Path.IsPathRooted).Prepend(program).OfType<string>().Where(path => Path.Exists(path) && !IsShown(plan, path)).Distinct(StringComparer.Ordinal)];
    }

    private static bool IsShown(SandboxPlan plan, string path)
    {
        for (var above = Path.TrimEndingDirectorySeparator(path); above is not null; above = Path.GetDirectoryName(above))
        {
            if (plan.Mounts.FirstOrDefault(mount => mount.Destination == above) is { } mount)
            {
                return mount is not (EmptyDirectory or EmptyFile) || above == path;
            }
        }

        return false;
    }
}
