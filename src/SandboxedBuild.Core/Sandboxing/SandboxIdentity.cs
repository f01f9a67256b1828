using System.Collections.Immutable;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Sandboxing;

/// <summary>Whose rights a step has: the caller's, or less.</summary>
/// <param name="Uid">The user id, inside as outside.</param>
/// <param name="Gid">The group id, inside as outside.</param>
/// <param name="UserNamespace">
/// Whether the step lives in a user namespace. Steps of a root that may mount do not, for they write files of any owner; a root that may not, in a container or a
/// sandbox, has no other way to a mount namespace.
/// </param>
/// <param name="Capabilities">The capabilities that are left (capabilities(7)).</param>
public sealed record SandboxIdentity(uint Uid, uint Gid, bool UserNamespace, ImmutableArray<string> Capabilities)
{
    /// <summary>
    /// What root needs to work on files of other owners, as in a checkout made by another user. Nothing that reaches out of the
    /// sandbox: no SYS_ADMIN (mounts), MKNOD (disks), DAC_READ_SEARCH (open_by_handle_at), NET_ADMIN or SYS_PTRACE.
    /// </summary>
    private static readonly ImmutableArray<string> s_fileOwnership = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID"];

    /// <summary>The identity of steps that this process starts.</summary>
    public static SandboxIdentity OfCaller { get; } = new(Caller.Uid, Caller.Gid, !Caller.MayMount, Caller.IsRoot ? s_fileOwnership : []);
}
