using SandboxedBuild.Interop;

namespace SandboxedBuild.Paths;

/// <summary>Paths as the kernel has them: absolute, every symlink resolved.</summary>
internal static class RealPath
{
    /// <summary>The real path of an existing directory.</summary>
    public static string OfDirectory(string path)
    {
        using var directory = Opening.Directory(path);
        return Of(directory);
    }

    /// <summary>The real path of a directory, or null when there is none that this user could reach.</summary>
    public static string? TryOfDirectory(string path)
    {
        using var directory = Opening.TryPlace(path);
        return directory is null ? null : Of(directory);
    }

    /// <summary>The real path that a directory has, or would have if it were made now.</summary>
    public static string OfFuture(string path) =>
        TryOfDirectory(path) is { } real ? real
        : Path.GetDirectoryName(path) is { } parent ? Path.Combine(OfFuture(parent), Path.GetFileName(path))
        : path;

    /// <summary>The real path of an open descriptor (proc_pid_fd(5)).</summary>
    public static string Of(Descriptor descriptor) =>
        new FileInfo($"/proc/self/fd/{descriptor.Number}").LinkTarget ?? throw new IOException("/proc/self/fd is not readable");

    /// <summary>Whether a path is <paramref name="ancestor"/> or lies below it; both are absolute and normal.</summary>
    public static bool IsAtOrBelow(string path, string ancestor) =>
        ancestor == "/" || path == ancestor || (path.Length > ancestor.Length && path[ancestor.Length] == '/' && path.StartsWith(ancestor, StringComparison.Ordinal));
}
