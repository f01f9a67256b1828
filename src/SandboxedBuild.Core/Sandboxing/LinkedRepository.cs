using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The repository of a root whose <c>.git</c> is a file: of a worktree or a submodule. The file lies in the root, where a step may have
/// written it, and so proves nothing. What it leads to must be a git directory of the caller's that names this root in turn: no step
/// can make one out there. See docs/adr/0006-the-repository-of-a-worktree-is-shown.md.
/// </summary>
internal static class LinkedRepository
{
    /// <summary>Git's own files with a path in them are shorter; its configuration names the worktree at the top.</summary>
    private const int LongestFile = 16 * 1024;

    private const string Link = "gitdir: ";

    /// <summary>The directory that git commands in the root need besides it, or null.</summary>
    public static string? Of(string root) => Find(root)?.Repository;

    /// <summary>The same, and where a worktree keeps what is its own in it; that is null for a submodule, to which all of it belongs.</summary>
    public static (string Repository, string? OfWorktree)? Find(string root)
    {
        if (!File.Exists(Path.Combine(root, ".git")) || TextIn(root, ".git") is not { } text || !text.StartsWith(Link, StringComparison.Ordinal))
        {
            return null;
        }

        var named = Path.GetFullPath(text[Link.Length..], root);
        if (!Directory.Exists(named))
        {
            return null;
        }

        var directory = RealPath.OfDirectory(named);
        return IsWorktree(directory, root) ? RepositoryAround(directory) is { } repository ? (repository, directory) : null
            : IsSubmodule(directory, root) && IsRepository(directory) ? (directory, null)
            : null;
    }

    /// <summary>gitrepository-layout(5), "worktrees": <c>gitdir</c> leads back to the <c>.git</c> file.</summary>
    private static bool IsWorktree(string directory, string root) =>
        TextIn(directory, "commondir") == "../.." && TextIn(directory, "gitdir") is { } back
        && Path.GetFullPath(back, directory) is var link && Path.GetFileName(link) == ".git" && RealPath.OfFuture(Path.GetDirectoryName(link)!) == root;

    private static string? RepositoryAround(string directory) =>
        Path.GetDirectoryName(directory) is { } worktrees && Path.GetFileName(worktrees) == "worktrees" && IsOwn(directory)
            && Path.GetDirectoryName(worktrees) is { } repository && IsRepository(repository) ? repository : null;

    /// <summary>gitsubmodules(7): <c>core.worktree</c> leads back to the directory.</summary>
    private static bool IsSubmodule(string directory, string root) =>
        TextIn(directory, "config") is { } configuration
        && configuration.Split('\n').Select(static line => line.Split('=', 2)).Any(pair =>
            pair.Length == 2 && pair[0].Trim() == "worktree" && RealPath.OfFuture(Path.GetFullPath(pair[1].Trim(), directory)) == root);

    private static bool IsRepository(string directory) =>
        IsOwn(directory) && File.Exists(Path.Combine(directory, "HEAD")) && Directory.Exists(Path.Combine(directory, "objects")) && Directory.Exists(Path.Combine(directory, "refs"));

    private static bool IsOwn(string path)
    {
        using var directory = Opening.Directory(path);
        return Stat.Of(directory).Uid == Caller.Uid;
    }

    private static string? TextIn(string path, string name)
    {
        using var directory = Opening.Directory(path);
        var bytes = Encoding.UTF8.GetBytes(name);
        if (Stat.TryOf(directory, bytes) is not { Type: EntryType.File })
        {
            return null;
        }

        using var file = Opening.File(directory, bytes);
        var text = Encoding.UTF8.GetString(Reading.Beginning(file, LongestFile)).TrimEnd('\n');
        return text.Contains('\0', StringComparison.Ordinal) ? null : text;
    }
}
