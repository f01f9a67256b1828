using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Commits;

/// <summary>Mode, owner, attributes and times from one entry to another.</summary>
internal static class Metadata
{
    /// <summary>Gives <paramref name="target"/> what <paramref name="name"/> has; times last, for the others change them.</summary>
    public static void Copy(Descriptor from, ReadOnlySpan<byte> name, in EntryStat source, Descriptor to, ReadOnlySpan<byte> target, in EntryStat before)
    {
        if (source.Type != EntryType.SymbolicLink)
        {
            UserAttributes.Copy(from, name, to, target);
        }

        SetOwner(to, target, source, before);
        if (source.Type != EntryType.SymbolicLink)
        {
            Ownership.SetMode(to, target, source.Mode);
        }

        Ownership.SetModified(to, target, source.Modified);
    }

    /// <summary>Gives a directory what a journal says; an empty name stands for the open directory itself.</summary>
    public static void Set(Descriptor parent, ReadOnlySpan<byte> name, EntryMetadata metadata)
    {
        var present = name.IsEmpty ? Stat.Of(parent) : Stat.TryOf(parent, name) ?? throw new SystemCallException("statx", Paths.BytePath.Display(name), Errno.NotFound);
        UserAttributes.Set(parent, name, metadata.Attributes);
        SetOwner(parent, name, present with { Uid = metadata.Uid, Gid = metadata.Gid }, present);
        try
        {
            if (present.Mode != metadata.Mode)
            {
                Ownership.SetMode(parent, name, metadata.Mode);
            }

            Ownership.SetModified(parent, name, metadata.Modified);
        }
        catch (SystemCallException e) when (e.Error is Errno.NotPermitted or Errno.AccessDenied && present.Uid != Caller.Uid && !Caller.IsRoot)
        {
            // A directory of another owner, which this user may write to all the same: its mode and times are not ours to set.
        }
    }

    /// <summary>Gives an entry an owner and a group, where this user may.</summary>
    public static void SetOwner(Descriptor directory, ReadOnlySpan<byte> name, in EntryStat wanted, in EntryStat present)
    {
        if (wanted.Uid == present.Uid && wanted.Gid == present.Gid)
        {
            return;
        }

        try
        {
            Ownership.SetOwner(directory, name, wanted.Uid, wanted.Gid);
        }
        catch (SystemCallException e) when (e.Error == Errno.NotPermitted && !Caller.IsRoot)
        {
            // A root of another owner shows as the caller's own inside; only root could give it away.
        }
    }
}
