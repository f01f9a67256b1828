using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>What a step says that it makes, or that it reads: files, and directories with all that is in them.</summary>
public sealed class DeclaredPaths
{
    private readonly List<byte[]> _paths;

    /// <summary>Makes the declaration of absolute paths; symlinks on the way to them are followed as far as there is something.</summary>
    public DeclaredPaths(IEnumerable<string> paths)
    {
        _paths = [.. paths.Select(static path => Encoding.UTF8.GetBytes(RealPath.OfFuture(path)))];
    }

    /// <summary>Whether a change is to a declared output, or makes a directory that leads to one.</summary>
    public bool Covers(Change change)
    {
        byte[] path = change.Path.IsRoot ? Encoding.UTF8.GetBytes(change.Root.Path) : [.. Encoding.UTF8.GetBytes(change.Root.Path), (byte)'/', .. change.Path.Bytes];
        return _paths.Exists(output => IsAtOrBelow(path, output) || (change is { Type: Changes.EntryType.Directory, Kind: not ChangeKind.Deleted } && IsAtOrBelow(output, path)));
    }

    /// <summary>Whether a path, absolute and normal, is declared.</summary>
    public bool Covers(string path) => Encoding.UTF8.GetBytes(path) is var bytes && _paths.Exists(declared => IsAtOrBelow(bytes, declared));

    private static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> ancestor) =>
        path.StartsWith(ancestor) && (path.Length == ancestor.Length || path[ancestor.Length] == (byte)'/');
}
