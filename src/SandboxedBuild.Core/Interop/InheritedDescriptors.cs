using System.Globalization;
using System.Runtime.InteropServices;

namespace SandboxedBuild.Interop;

/// <summary>
/// Descriptors that this process was started with and never asked for: a terminal's, a log's, a job server's. Handed on to a command,
/// one that is open for writing would be a way out of the sandbox (Nix, CVE-2024-27297).
/// </summary>
internal static partial class InheritedDescriptors
{
    /// <summary>The shells of the chain take the lower ones over or close them; sh knows descriptors of one digit only.</summary>
    private const int FirstToKeepBack = 10;
    private const int GetFlags = 1;
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>
    /// Keeps them from the processes that this one starts until the result is disposed of; a job server's are wanted by others. Those
    /// that .NET opens are kept back anyway.
    /// </summary>
    public static IDisposable KeepBack()
    {
        var kept = new List<int>();
        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            var number = int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture);
            if (number >= FirstToKeepBack && Fcntl(number, GetFlags, 0) is >= 0 and var flags && (flags & CloseOnExec) == 0)
            {
                _ = Fcntl(number, SetFlags, flags | CloseOnExec);
                kept.Add(number);
            }
        }

        return new Kept(kept);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int descriptor, int command, nint argument);

    private sealed class Kept(List<int> numbers) : IDisposable
    {
        public void Dispose() => numbers.ForEach(static number => _ = Fcntl(number, SetFlags, 0));
    }
}
