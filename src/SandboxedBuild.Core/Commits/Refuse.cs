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

    /// <param name="changes">The changes.</param>
    /// <param name="selection">Which of them are to be committed.</param>
    public static void Unsafe(ChangeSet changes, Selection selection)
    {
        OverlayRoot? root = null;
        Descriptor? live = null;
        try
        {
            var known = new Dictionary<BytePath, bool>();
            var (parent, lies, mount) = (default(BytePath), false, 0ul);
            foreach (var change in changes.IsInPlace ? changes.Entries : changes.Notable)
            {
                if (!selection.Includes(change))
                {
                    continue;
                }

                if (change.Root != root)
                {
                    live?.Dispose();
                    (root, live) = (change.Root, change.Root.OpenLive());
                    mount = Stat.Of(live).Mount;
                    known = new() { [default] = HoldsOverlays(live, default) };
                    (parent, lies) = (default, known[default]);
                }

                // Device nodes cannot be made inside; one in an upper layer was put there in another way.
                if (change is { Kind: not ChangeKind.Deleted, Type: EntryType.CharacterDevice or EntryType.BlockDevice })
                {
                    throw ChangeDiagnostics.CannotCommit(change, "device nodes give access to the host").AsException();
                }

                // Where steps wrote to the live roots themselves, it is what they left that is live.
                if ((changes.IsInPlace ? change.Upper?.Mount : change.LiveMount) is { } before && before != mount && !IsFileOverFile(change, changes.IsInPlace ? change.Upper : change.Live))
                {
                    throw ChangeDiagnostics.CannotCommit(change, "it is a mount, or in one").AsException();
                }

                // A root may hold directories in which overlays are kept, this one's or another's; forged state would be believed by the
                // next commit. Mostly, the next change is in the same directory.
                if (!change.Path.IsIn(parent))
                {
                    parent = change.Path.Parent;
                    lies = Lies(change.Path, live!, known);
                }

                if (lies || StateDirectories.IsOfOverlays(change.Path.Name))
                {
                    throw ChangeDiagnostics.CannotCommit(change, "the state of overlays is kept there").AsException();
                }
            }
        }
        finally
        {
            live?.Dispose();
        }
    }

    /// <summary>A file that is a mount of its own can be written over; nothing else can be done with a mount.</summary>
    private static bool IsFileOverFile(Change change, in EntryStat? before) =>
        change is { Kind: ChangeKind.Modified or ChangeKind.Metadata, Type: EntryType.File } && before is { Type: EntryType.File };

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
