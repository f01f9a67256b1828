using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Overlays;

/// <summary>
/// The upper layer's top directory. Its mode, owner, times and attributes are what the command sees as those of the root itself, so
/// it starts with the live root's.
/// </summary>
internal static class UpperRoot
{
    public static void Make(OverlayRoot root)
    {
        using var live = Opening.Directory(root.Path);
        using var storage = Opening.Directory(root.Storage);
        var stat = Stat.Of(live);
        Naming.MakeDirectory(storage, "upper"u8, 0x1c0);

        UserAttributes.Copy(live, default, storage, "upper"u8);
        Dress(storage, "upper"u8, stat);
    }

    /// <summary>Makes one at a path that looks as this directory does.</summary>
    public static void MakeLike(in EntryStat stat, string path)
    {
        using var storage = Opening.Directory(Path.GetDirectoryName(path)!);
        var name = Encoding.UTF8.GetBytes(Path.GetFileName(path));
        Naming.MakeDirectory(storage, name, 0x1c0);
        Dress(storage, name, stat);
    }

    private static void Dress(Descriptor storage, ReadOnlySpan<byte> name, in EntryStat stat)
    {
        if (CanGiveTo(stat) && (stat.Uid, stat.Gid) != (Caller.Uid, Caller.Gid))
        {
            Ownership.SetOwner(storage, name, stat.Uid, stat.Gid);
        }

        Ownership.SetMode(storage, name, stat.Mode);
        Ownership.SetModified(storage, name, stat.Modified);
    }

    /// <summary>
    /// The upper directory as the collector is to see it. A root whose owner or group the caller cannot give to anything shows as the caller's own inside, and
    /// no step has made it so.
    /// </summary>
    public static EntryStat AsMade(in EntryStat upper, in EntryStat live) => CanGiveTo(live) ? upper : upper with { Uid = live.Uid, Gid = live.Gid };

    private static bool CanGiveTo(in EntryStat live) => Caller.IsRoot || (live.Uid == Caller.Uid && Caller.Groups.Contains(live.Gid));
}
