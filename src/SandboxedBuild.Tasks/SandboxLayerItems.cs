using Microsoft.Build.Framework;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary><c>SandboxLayer</c> items.</summary>
internal static class SandboxLayerItems
{
    /// <summary>Reads an item; a relative path or mount point is relative to the project.</summary>
    public static SandboxLayer ToSandboxLayer(this ITaskItem item, TaskEnvironment environment) =>
        new(Absolute(item.ItemSpec, environment), item.GetMetadata("MountPoint") is { Length: > 0 } mountPoint ? Absolute(mountPoint, environment) : string.Empty)
        {
            File = item.GetMetadata("DefiningProjectFullPath") is { Length: > 0 } file ? file : null,
        };

    private static string Absolute(string path, TaskEnvironment environment) => path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? path : environment.GetAbsolutePath(path);
}
