using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>Changes that no commit takes, found before anything is touched.</summary>
internal static class Refuse
{
    private static readonly byte[] Mark = Encoding.ASCII.GetBytes(OverlayStore.CreationLock);

    public static void Unsafe(IReadOnlyCollection<Change> changes)
    {
        // Device nodes cannot be made inside; one in an upper layer was put there in another way.
        foreach (var change in changes.Where(static change => change is { Kind: not ChangeKind.Deleted, Type: EntryType.CharacterDevice or EntryType.BlockDevice }))
        {
            throw ChangeDiagnostics.CannotCommit(change, "device nodes give access to the host").AsException();
        }

        RefuseMountPoints(changes);

        // A root may hold directories in which overlays are kept, this one's or another's; forged state would be believed by the next
        // commit.
        foreach (var group in changes.GroupBy(static change => change.Root))
        {
            using var live = group.Key.OpenLive();
            var known = new Dictionary<BytePath, bool> { [default] = HoldsOverlays(live, default) };
            var (checkedParent, lies) = (default(BytePath), known[default]);
            foreach (var change in group)
            {
                // Mostly, the next one is in the same directory.
                if (change.Path.Parent is var parent && parent != checkedParent)
                {
                    (checkedParent, lies) = (parent, Lies(change.Path, live, known));
                }

                if (change.Path.Name.StartsWith(".sandboxed-build"u8) || lies)
                {
                    throw ChangeDiagnostics.CannotCommit(change, "the state of overlays is kept there").AsException();
                }
            }
        }
    }

    /// <summary>A file that is a mount of its own can be written over; nothing else can be done with a mount.</summary>
    private static void RefuseMountPoints(IReadOnlyCollection<Change> changes)
    {
        foreach (var group in changes.Where(static change => change.Live is not null).GroupBy(static change => change.Root))
        {
            using var live = group.Key.OpenLive();
            var mount = Stat.Of(live).Mount;
            foreach (var change in group.Where(change => change.Live!.Value.Mount != mount && !(change is { Kind: ChangeKind.Modified or ChangeKind.Metadata, Type: EntryType.File } && change.Live.Value.Type == EntryType.File)))
            {
                throw ChangeDiagnostics.CannotCommit(change, "it is a mount, or in one").AsException();
            }
        }
    }

    /// <summary>Whether a directory above the entry is one of overlays. Each directory is asked once.</summary>
    private static bool Lies(BytePath path, Descriptor live, Dictionary<BytePath, bool> known)
    {
        var parent = path.Parent;
        if (!known.TryGetValue(parent, out var answer))
        {
            answer = HoldsOverlays(live, parent) || Lies(parent, live, known);
            known[parent] = answer;
        }

        return answer;
    }

    private static bool HoldsOverlays(Descriptor live, BytePath path)
    {
        using var directory = Opening.TryDirectory(live, path);
        return directory is not null && Stat.TryOf(directory, Mark) is not null;
    }
}
