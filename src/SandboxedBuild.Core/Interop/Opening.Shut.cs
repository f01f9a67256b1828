using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>Opening by way of directories that shut their owner out: they are open as long as the descriptor to which they led.</summary>
internal static partial class Opening
{
    private const uint Entering = ShutEntries.Read | ShutEntries.Search;

    private static bool MayBeShut(Descriptor directory) => !Caller.IsRoot && (ShutEntries.IsAnyOpen || ShutEntries.IsShut(directory));

    private static Descriptor? TryThroughShut(Descriptor root, ReadOnlySpan<byte> path)
    {
        var holds = new List<IDisposable>();
        Descriptor? at = null;
        try
        {
            Hold(holds, root, default, path.IsEmpty ? Entering : ShutEntries.Search);
            do
            {
                var slash = path.IndexOf((byte)'/');
                var isLast = slash < 0;
                var name = path.IsEmpty ? "."u8 : isLast ? path : path[..slash];
                path = isLast ? default : path[(slash + 1)..];
                Hold(holds, at ?? root, name, isLast ? Entering : ShutEntries.Search);
                var next = Beneath(at ?? root, name, (isLast ? OpenFlags.Read : OpenFlags.Path) | OpenFlags.Directory, 0);
                at?.Dispose();
                at = next;
            }
            while (at is not null && !path.IsEmpty);
        }
        catch
        {
            at?.Dispose();
            LetGo(holds);
            throw;
        }

        if (at is not null)
        {
            at.Holds = holds;
            return at;
        }

        var error = Marshal.GetLastPInvokeError();
        LetGo(holds);
        Marshal.SetLastPInvokeError(error);
        return null;
    }

    private static Descriptor ThroughShut(string path)
    {
        var found = Open(path, OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (found.IsInvalid)
        {
            throw SystemCallException.Last("open", path);
        }

        var holds = new List<IDisposable>();
        using (found)
        {
            Hold(holds, found, default, Entering);
            var descriptor = Open($"/proc/self/fd/{found.Number}", OpenFlags.Read | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
            if (descriptor.IsInvalid)
            {
                var failure = SystemCallException.Last("open", path);
                LetGo(holds);
                throw failure;
            }

            descriptor.Holds = holds;
            return descriptor;
        }
    }

    private static void Hold(List<IDisposable> holds, Descriptor directory, ReadOnlySpan<byte> name, uint permissions)
    {
        if (ShutEntries.Hold(directory, name, permissions) is { } hold)
        {
            holds.Add(hold);
        }
    }

    private static void LetGo(List<IDisposable> holds)
    {
        foreach (var hold in holds)
        {
            hold.Dispose();
        }
    }
}
