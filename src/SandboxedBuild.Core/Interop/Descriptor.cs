using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>An open file descriptor: of a directory for the most part, which a walk holds on to so that nobody can swap it.</summary>
internal sealed partial class Descriptor : SafeHandle
{
    public Descriptor()
        : base(invalidHandleValue: -1, ownsHandle: true)
    {
    }

    /// <summary>A failed call gives -1 as a 32-bit number, which is not -1 in the 64 bits of the handle.</summary>
    public override bool IsInvalid => (int)handle < 0;

    /// <summary>What is let go of when this is closed: shut directories that had to be opened to get here.</summary>
    public IReadOnlyList<IDisposable> Holds { get; set; } = [];

    /// <summary>The descriptor's number, for <c>/proc/self/fd</c>; valid while this object is alive.</summary>
    public int Number => (int)handle;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            foreach (var hold in Holds)
            {
                hold.Dispose();
            }
        }
    }

    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
