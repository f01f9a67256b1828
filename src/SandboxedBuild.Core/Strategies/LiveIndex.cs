using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// Notes what is in a live root before the first step, in the form in which the strategy Copy notes what it has copied: names and inodes. What is mounted
/// below the root is left out, and so is the state of overlays.
/// </summary>
internal sealed class LiveIndex
{
    private readonly string _root;
    private readonly ulong _mount;

    private LiveIndex(string root, ulong mount)
    {
        _root = root;
        _mount = mount;
    }

    /// <summary>Notes it, unless that was done before.</summary>
    /// <exception cref="SandboxException">SBX1029: something has a name that has a meaning of its own for fuse-overlayfs.</exception>
    public static void Note(OverlayRoot root)
    {
        if (CopyIndex.IsThere(root))
        {
            return;
        }

        using var live = root.OpenLive();
        var stat = Stat.Of(live);
        var top = new CopiedEntry([], stat.Inode, 0) { Children = [] };
        new LiveIndex(root.Path, stat.Mount).Add(live, top, default);
        CopyIndex.Write(root, top, []);
    }

    private void Add(Descriptor directory, CopiedEntry entry, BytePath path)
    {
        foreach (var name in DirectoryReading.Names(directory))
        {
            if (StateDirectories.IsOfOverlays(name) || Stat.TryOf(directory, name) is not { } stat)
            {
                continue;
            }

            if (name.AsSpan().StartsWith(MergedTaking.WhiteoutPrefix))
            {
                throw FuseDiagnostics.HasOwnNames(Path.Combine(_root, path.Append(name).ToString())).AsException();
            }

            var child = new CopiedEntry(name, stat.Inode, 0) { Children = stat.IsDirectory ? [] : null };
            entry.Children!.Add(child);
            if (stat.IsDirectory && stat.Mount == _mount)
            {
                var below = path.Append(name);
                using var inner = MergedTaking.OpenIfAllowed(directory, name);
                if (inner is not null)
                {
                    Deep.Go(() => Add(inner, child, below));
                }
            }
        }
    }
}
