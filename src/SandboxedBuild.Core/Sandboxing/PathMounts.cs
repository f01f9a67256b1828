using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>Mounts for the paths that a project names itself.</summary>
internal static class PathMounts
{
    /// <summary>The mount, or null where there is nothing to hide.</summary>
    /// <exception cref="SandboxException">The path is missing, or cannot be shown so.</exception>
    public static Mount? For(SandboxPath path, SandboxRequest request)
    {
        var full = Expand(path.Path, request.Home);
        var root = request.Roots.FirstOrDefault(root => RealPath.IsAtOrBelow(full, root));
        if (root is not null && !IsInsideRoot(path, full, root, request))
        {
            return null;
        }

        var real = RealPath.OfFuture(full);
        return path.Access switch
        {
            MountAccess.ReadWrite when request.Untouchable.FirstOrDefault(state => RealPath.IsAtOrBelow(state, real) || RealPath.IsAtOrBelow(real, state)) is { } state =>
                throw InputDiagnostics.PathNotUsable(path, $"{state} is the sandbox's own").AsException(),
            MountAccess.ReadOnly or MountAccess.ReadWrite when !Path.Exists(full) =>
                throw InputDiagnostics.PathNotUsable(path, "it does not exist").AsException(),
            MountAccess.ReadOnly => new BindMount(full, full),
            MountAccess.ReadWrite => new BindMount(full, full, Writable: true),
            MountAccess.Hidden => Directory.Exists(full) ? new EmptyDirectory(full, 0x16d, Writable: false) : File.Exists(full) ? new EmptyFile(full) : null,
            _ when root is not null && !Directory.Exists(full) => throw InputDiagnostics.PathNotUsable(path, "it does not exist").AsException(),
            _ => new EmptyDirectory(full, 0x1ff, Writable: true),
        };
    }

    private static string Expand(string path, string? homeDirectory)
    {
        var home = path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? homeDirectory : null;
        var full = home is null ? path : home + path[1..];
        return Path.IsPathRooted(full)
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(full, "/"))
            : throw InputDiagnostics.PathNotUsable(new(path, default), "it is not absolute").AsException();
    }

    /// <summary>
    /// A mount point inside a root is walked without following symlinks: one that leads elsewhere would have the sandbox's setup make
    /// the mount point there (CVE-2026-87766).
    /// </summary>
    private static bool IsInsideRoot(SandboxPath path, string full, string root, SandboxRequest request)
    {
        if (path.Access == MountAccess.ReadWrite)
        {
            throw InputDiagnostics.PathNotUsable(path, $"it lies in the root {root}, where writes are caught; they cannot go past the overlay").AsException();
        }

        if (full == root)
        {
            throw InputDiagnostics.PathNotUsable(path, "it is a root itself").AsException();
        }

        using var live = Opening.Directory(root);
        var below = BytePath.FromString(full[(root.Length + 1)..]);
        using var parent = Opening.TryDirectory(live, below.Parent);
        if (parent is null)
        {
            throw InputDiagnostics.PathNotUsable(path, "a directory above it is missing or a symlink").AsException();
        }

        if (Stat.TryOf(parent, below.Name)?.Type == Changes.EntryType.SymbolicLink)
        {
            throw InputDiagnostics.PathNotUsable(path, "it is a symlink; name what it points to").AsException();
        }

        return request.Roots.IndexOf(root) is var index && (index >= request.Seen.Length
            || (request.Seen[index] is { Over: { } upper } ? IsInUpper(path, below, upper) : IsIn(path, below, request.Seen[index].Below, Stat.TryOf(parent, below.Name)?.Type)));
    }

    /// <summary>The same where what is seen is a directory of its own, which earlier steps wrote to.</summary>
    private static bool IsIn(SandboxPath path, BytePath below, string seen, Changes.EntryType? live)
    {
        using var top = Opening.Directory(seen);
        using var parent = Opening.TryDirectory(top, below.Parent);
        var entry = parent is null ? null : Stat.TryOf(parent, below.Name);
        return live is null || entry?.Type == live ? true
            : entry is null && path.Access == MountAccess.Hidden ? false
            : throw InputDiagnostics.PathNotUsable(path, "an earlier step of the overlay has removed or replaced it").AsException();
    }

    /// <summary>
    /// Earlier steps of the overlay may have put a symlink, or nothing, where the live tree has a directory. What they have removed
    /// needs no hiding, and must not come back by it.
    /// </summary>
    private static bool IsInUpper(SandboxPath path, BytePath below, string upper)
    {
        var directory = Opening.Directory(upper);
        try
        {
            foreach (var range in below.Bytes.Split((byte)'/'))
            {
                var name = below.Bytes[range];
                var opaque = Attributes.Value(directory, default, "user.overlay.opaque"u8) is not null;
                var last = range.End.GetOffset(below.Bytes.Length) == below.Bytes.Length;
                switch (Stat.TryOf(directory, name))
                {
                    case null when !opaque:
                        return true;
                    case { IsDirectory: true }:
                        var next = Opening.Child(directory, name);
                        directory.Dispose();
                        directory = next;
                        break;
                    case { Type: Changes.EntryType.File } when last:
                        return true;
                    case null or { IsWhiteout: true } when path.Access == MountAccess.Hidden:
                        return false;
                    default:
                        throw InputDiagnostics.PathNotUsable(path, "an earlier step of the overlay has removed or replaced it").AsException();
                }
            }

            return true;
        }
        finally
        {
            directory.Dispose();
        }
    }
}
