using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>A system call failed. Carries the call, the path that it was made on and the error number.</summary>
public sealed class SystemCallException : IOException
{
    internal SystemCallException(string call, string path, int error)
        : base($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})")
    {
        Call = call;
        Path = path;
        Error = error;
    }

    /// <summary>The name of the system call, as in section 2 of the manual: <c>renameat2</c>.</summary>
    public string Call { get; }

    /// <summary>The path that the call was made on, in a form fit for a log.</summary>
    public string Path { get; }

    /// <summary>The error number (errno(3)).</summary>
    public int Error { get; }

    /// <summary>Throws for the error number that the last marshalled call left behind.</summary>
    internal static SystemCallException Last(string call, string path) => new(call, path, Marshal.GetLastPInvokeError());
}
