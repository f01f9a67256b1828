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

    /// <summary>The descriptor's number, for <c>/proc/self/fd</c>; valid while this object is alive.</summary>
    public int Number => (int)handle;

    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
