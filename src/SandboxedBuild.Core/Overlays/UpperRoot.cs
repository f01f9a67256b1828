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
        if (Caller.IsRoot || stat.Gid != Caller.Gid)
        {
            TrySetOwner(storage, stat);
        }

        Ownership.SetMode(storage, "upper"u8, stat.Mode);
        Ownership.SetModified(storage, "upper"u8, stat.Modified);
    }

    private static void TrySetOwner(Descriptor storage, in EntryStat stat)
    {
        try
        {
            Ownership.SetOwner(storage, "upper"u8, stat.Uid, stat.Gid);
        }
        catch (SystemCallException e) when (e.Error is Errno.NotPermitted or Errno.Invalid)
        {
            // A root that belongs to somebody else shows as the caller's own inside: only root can give files away.
        }
    }
}
