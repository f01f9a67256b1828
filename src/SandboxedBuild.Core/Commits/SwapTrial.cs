using System.Collections.Concurrent;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Commits;

/// <summary>
/// Whether the filesystem of a root can do what each step of a commit is: swap two entries, and move one to where there must be nothing (the flags of
/// renameat2(2)). Network filesystems cannot, nor can many in user space; a step would run, and its commit be refused in the end.
/// </summary>
internal static class SwapTrial
{
    private static readonly ConcurrentDictionary<ulong, bool> s_passed = new();

    /// <summary>Tries, unless the filesystem is known to do it.</summary>
    /// <param name="root">The root, whose storage is there.</param>
    /// <param name="id">The overlay's id.</param>
    /// <exception cref="SandboxException">SBX1012: it cannot.</exception>
    public static void Require(OverlayRoot root, string id)
    {
        using var live = root.OpenLive();
        var device = Stat.Of(live).Device;
        if (Filesystem.IsKnownLocal(live) || s_passed.ContainsKey(device))
        {
            return;
        }

        try
        {
            Try(root, id, live);
            s_passed[device] = true;
        }
        catch (SystemCallException e) when (e.Error is Errno.Invalid or Errno.NoSuchCall or Errno.NotSupported)
        {
            throw EnvironmentDiagnostics.RootCannotSwap(root.Path, RefusingLayer.FilesystemOf(root.Path)).AsException();
        }
        catch (SystemCallException)
        {
            // Something else is the matter, such as a root that may not be written to; a commit will tell.
        }
        finally
        {
            Yard.Clear(root, id);
        }
    }

    private static void Try(OverlayRoot root, string id, Descriptor live)
    {
        using var yard = Yard.Open(root, id, live);
        Opening.NewFile(yard, "one"u8).Dispose();
        Opening.NewFile(yard, "two"u8).Dispose();
        Naming.Exchange(yard, "one"u8, yard, "two"u8);
        Naming.Move(yard, "one"u8, yard, "three"u8);
    }
}
