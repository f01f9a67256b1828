using System.Globalization;
using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>
/// The yard of a commit: beside the upper layer, or, where that is on another mount than the live tree, in the root itself. There,
/// making and removing it are no changes to the root, whose time stays: it is written down before, so that whoever clears up after a
/// crash can put it back.
/// </summary>
internal static class Yard
{
    private const uint Private = 0x1c0;
    private static readonly byte[] s_beside = Encoding.ASCII.GetBytes("yard");
    private static readonly byte[] s_time = Encoding.ASCII.GetBytes("root-time");

    /// <summary>Opens the yard, and makes it where it is not there yet.</summary>
    public static Descriptor Open(OverlayRoot root, string id, Descriptor live)
    {
        using var storage = Opening.Directory(root.Storage);
        var (parent, name) = root.SameMount ? (storage, s_beside) : (live, NameIn(id));
        if (Stat.TryOf(parent, name) is null)
        {
            InRoot(root, storage, live, () => Naming.MakeDirectory(parent, name, Private));
        }

        return Opening.Child(parent, name);
    }

    /// <summary>Removes the yard, if it is there.</summary>
    public static void Clear(OverlayRoot root, string id)
    {
        if (!Directory.Exists(root.Storage))
        {
            return;
        }

        using var storage = Opening.Directory(root.Storage);
        if (root.SameMount)
        {
            TreeRemoval.Remove(storage, s_beside);
            return;
        }

        using var live = root.TryOpenLive();
        if (live is not null && (Stat.TryOf(live, NameIn(id)) is not null || Stat.TryOf(storage, s_time) is not null))
        {
            InRoot(root, storage, live, () =>
            {
                using var unlocked = Unlocked.For([live]);
                TreeRemoval.Remove(live, NameIn(id));
            });
        }
    }

    private static byte[] NameIn(string id) => Encoding.ASCII.GetBytes($".sandboxed-build-{id}");

    private static void InRoot(OverlayRoot root, Descriptor storage, Descriptor live, Action change)
    {
        if (root.SameMount)
        {
            change();
            return;
        }

        var modified = Noted(root) ?? Note(storage, Stat.Of(live).Modified);
        change();

        // A root that may not be written to has nothing to be given back.
        if (Stat.Of(live).Modified != modified)
        {
            Ownership.SetModified(live, default, modified);
        }

        Naming.RemoveFile(storage, s_time);
    }

    private static long Note(Descriptor storage, long modified)
    {
        byte[] unsaid = [.. s_time, .. ".new"u8];
        if (Stat.TryOf(storage, unsaid) is not null)
        {
            Naming.RemoveFile(storage, unsaid);
        }

        using (var file = Opening.NewFile(storage, unsaid))
        {
            Writing.At(file, Encoding.ASCII.GetBytes(modified.ToString(CultureInfo.InvariantCulture)), 0);
        }

        Naming.Move(storage, unsaid, storage, s_time);
        return modified;
    }

    private static long? Noted(OverlayRoot root) =>
        Path.Combine(root.Storage, Encoding.ASCII.GetString(s_time)) is var file && File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var modified) ? modified : null;
}
