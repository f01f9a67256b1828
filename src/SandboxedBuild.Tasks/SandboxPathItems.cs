using Microsoft.Build.Framework;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary><c>SandboxPath</c> items.</summary>
internal static class SandboxPathItems
{
    /// <summary>Reads an item; a relative path is relative to the project.</summary>
    public static SandboxPath ToSandboxPath(this ITaskItem item, TaskEnvironment environment)
    {
        var path = item.ItemSpec;
        var access = Choice.Of($"Access of SandboxPath {path}", item.GetMetadata("Access"), MountAccess.ReadOnly);
        return new(path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? path : environment.GetAbsolutePath(path), access);
    }
}
