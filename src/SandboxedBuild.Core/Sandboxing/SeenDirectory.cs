using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// A directory of a root as the next step sees it: the live one and what earlier steps of the overlay left over it. Only what these have not
/// touched may become a mount point: what they put there might be a symlink that leads the sandbox's setup elsewhere (CVE-2026-87766).
/// </summary>
/// <param name="live">The live directory; closed with this one.</param>
/// <param name="upper">The upper one, or null where there is none; closed too.</param>
/// <param name="since">An entry that was changed later is what a step left, where they write to the directory itself.</param>
/// <param name="mount">The root's mount; what lies on another one is not seen through the overlay.</param>
internal sealed class SeenDirectory(Descriptor live, Descriptor? upper, long since, ulong mount) : IDisposable
{
    private readonly bool _isOpaque = upper is not null && Attributes.Value(upper, default, "user.overlay.opaque"u8) is not null;

    /// <summary>Whether there is a live file or directory of this name, and it is the one that the step sees.</summary>
    public bool Shows(ReadOnlySpan<byte> name) =>
        !_isOpaque && Stat.TryOf(live, name) is { Type: EntryType.File or EntryType.Directory } entry && entry.Mount == mount && entry.Changed <= since && (upper is null || Stat.TryOf(upper, name) is null);

    /// <summary>The directory of this name, where it is the live one; null for everything else.</summary>
    public SeenDirectory? Enter(ReadOnlySpan<byte> name)
    {
        var over = upper is null ? null : Stat.TryOf(upper, name);
        if (_isOpaque || over is { IsDirectory: false } || Stat.TryOf(live, name) is not { IsDirectory: true } entry || entry.Mount != mount)
        {
            return null;
        }

        var next = Opening.TryDirectory(live, Paths.BytePath.FromBytes(name));
        return next is null ? null : new(next, over is null ? null : Opening.Child(upper!, name), since, mount);
    }

    public void Dispose()
    {
        live.Dispose();
        upper?.Dispose();
    }
}
