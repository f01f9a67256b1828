using SandboxedBuild.Changes;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Tool.Diffs;

/// <summary>Which changes paths of the command line mean.</summary>
internal static class WantedPaths
{
    /// <summary>The entries themselves and all below them.</summary>
    /// <param name="paths">Absolute, or relative to the current directory, or else to a root.</param>
    /// <param name="overlay">For its roots.</param>
    /// <param name="host">For the current directory.</param>
    public static Func<Change, bool> Of(IReadOnlyCollection<string> paths, Overlay overlay, ToolHost host)
    {
        if (paths.Count == 0)
        {
            return static _ => true;
        }

        var wanted = paths.SelectMany(path => overlay.Roots.Select(root => (Root: root, Path: Below(path, root, host)))).Where(static pair => pair.Path is not null).ToList();
        return change => wanted.Exists(pair => pair.Root == change.Root && change.Path.IsAtOrBelow(pair.Path!.Value));
    }

    private static BytePath? Below(string path, OverlayRoot root, ToolHost host)
    {
        var isHere = Path.IsPathRooted(path) || RealPath.IsAtOrBelow(host.CurrentDirectory, root.Path);
        var full = isHere ? host.Absolute(path) : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, root.Path));
        return full == root.Path ? default(BytePath) : RealPath.IsAtOrBelow(full, root.Path) ? BytePath.FromString(full[(root.Path.TrimEnd('/').Length + 1)..]) : null;
    }
}
