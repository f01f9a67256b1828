using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Overlays;

/// <summary>One live directory of an overlay, with the place where what is written to it is caught.</summary>
/// <param name="Number">From 1: the root is <c>overlay1</c>, <c>overlay2</c>, …</param>
/// <param name="Path">The live directory's real path.</param>
/// <param name="Storage">A private directory, on the root's own mount where that is possible.</param>
/// <param name="SameMount">Whether renames between <paramref name="Storage"/> and the root work, so that a commit copies no data.</param>
/// <param name="Device">The device of the live directory when the overlay was made.</param>
/// <param name="Inode">Its inode.</param>
public sealed record OverlayRoot(int Number, string Path, string Storage, bool SameMount, ulong Device, ulong Inode)
{
    /// <summary>The filesystem's own lasting name of the live directory (name_to_handle_at(2)), in hexadecimal digits; a copy of it has another one. Null where there is none.</summary>
    public string? Handle { get; init; }

    /// <summary>The root's name in messages and events: <c>overlay1</c>.</summary>
    public string Name => $"overlay{Number}";

    /// <summary>From what tells roots apart already: changes are grouped by their root.</summary>
    public override int GetHashCode() => HashCode.Combine(Number, Device, Inode);

    /// <summary>Opens the live directory, if it is still the one that the overlay was made of.</summary>
    /// <exception cref="SandboxException">Something else is at its path now: a step of another root may have put a symlink there.</exception>
    internal Descriptor OpenLive()
    {
        return TryOpenLive() ?? throw ChangeDiagnostics.RootReplaced(Path).AsException();
    }

    /// <summary>Opens the live directory, or gives null when it is gone or another one.</summary>
    internal Descriptor? TryOpenLive()
    {
        if (!System.IO.Directory.Exists(Path))
        {
            return null;
        }

        var live = Opening.Directory(Path);
        var stat = Stat.Of(live);
        if (stat.Inode == Inode && (stat.Device == Device || IsNumberedAnew(live, stat.Device)))
        {
            return live;
        }

        live.Dispose();
        return null;
    }

    /// <summary>What <see cref="Handle"/> says of a directory.</summary>
    internal static string? HandleOf(Descriptor live) => FileHandles.Of(live, "."u8) is { } handle ? Convert.ToHexString(handle) : null;

    /// <summary>A device may have another number after the machine was started anew: then the directory is known by its handle, and by the storage being on the same one still.</summary>
    private bool IsNumberedAnew(Descriptor live, ulong device)
    {
        if (!SameMount || Handle is null || HandleOf(live) != Handle || !System.IO.Directory.Exists(Storage))
        {
            return false;
        }

        using var storage = Opening.Directory(Storage);
        return Stat.Of(storage).Device == device;
    }

    /// <summary>A symlink to the root: a name without the characters that mount options give a meaning to.</summary>
    internal string Lower => System.IO.Path.Combine(Storage, "lower");

    /// <summary>What the steps wrote.</summary>
    internal string Upper => System.IO.Path.Combine(Storage, "upper");

    /// <summary>Overlayfs's own work directory, new for each mount.</summary>
    internal string Work => System.IO.Path.Combine(Storage, "work");

    /// <summary>Where the overlay is mounted, inside the sandbox's mount namespace only.</summary>
    internal string Merged => System.IO.Path.Combine(Storage, "merged");
}
