using System.Collections.Immutable;
using System.Text;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>What steps see of a live root that they write to themselves.</summary>
internal static class InPlaceView
{
    /// <summary>
    /// The root without what no other strategy shows either: what is mounted below it, and the state of overlays, which the next commit believes.
    /// A file that is a mount of its own is the root's.
    /// </summary>
    public static SeenRoot Of(OverlayRoot root, IEnumerable<PassedEntry> passed) => new(root.Path, Over: null)
    {
        IsLive = true,
        Covered =
        [
            .. MountTable.OfThisProcess().Below(root.Path).Select(static mount => mount.Point).Where(Directory.Exists)
                .Concat(passed.Select(entry => $"{root.Path.TrimEnd('/')}/{Encoding.UTF8.GetString(entry.Path)}").Where(Path.Exists))
                .Distinct(StringComparer.Ordinal),
        ],
    };
}
