using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>The trees of an overlay's roots as one thread works in them: each is opened when it is first asked for.</summary>
/// <param name="open">Opens a root's tree.</param>
internal sealed class WorkRoots(Func<OverlayRoot, Descriptor> open) : IDisposable
{
    private readonly Dictionary<int, WorkDirectories> _roots = [];

    public WorkDirectories this[OverlayRoot root] => _roots.TryGetValue(root.Number, out var opened) ? opened : _roots[root.Number] = new(open(root));

    public void Dispose()
    {
        foreach (var directories in _roots.Values)
        {
            directories.Dispose();
            directories.Root.Dispose();
        }
    }
}
