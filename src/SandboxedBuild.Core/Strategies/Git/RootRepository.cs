using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>The repository whose worktree a root is (gitrepository-layout(5)). Nothing in it is run or asked: it is files.</summary>
/// <param name="Directory">The directory with the objects and references.</param>
/// <param name="OfWorktree">Where a linked worktree keeps what is its own; null for the repository's main worktree.</param>
/// <param name="IsElsewhere">Whether it lies outside of the root, and a file leads there: a linked worktree, a submodule.</param>
internal sealed record RootRepository(string Directory, string? OfWorktree, bool IsElsewhere)
{
    /// <summary>The name of the repository in a worktree, or of the file that leads to it.</summary>
    public static ReadOnlySpan<byte> Name => ".git"u8;

    /// <summary>Finds it.</summary>
    /// <exception cref="SandboxException">SBX1027: the root is not the top of a worktree. SBX1028: its repository cannot be taken for the steps.</exception>
    public static RootRepository Of(OverlayRoot root)
    {
        using var live = root.OpenLive();
        return Stat.TryOf(live, Name) switch
        {
            { Type: EntryType.Directory } => new(IsWhole(live, root), OfWorktree: null, IsElsewhere: false),
            { Type: EntryType.File } when LinkedRepository.Find(root.Path) is var (repository, own) => Linked(root, new(repository, own, IsElsewhere: true)),
            { Type: EntryType.File } => throw GitDiagnostics.NotUsable(root, "its .git file leads to no repository of this user's that names this worktree in turn", "git worktree repair").AsException(),
            null => throw GitDiagnostics.NotWorktree(root, Around(root.Path), IsRepository(live)).AsException(),
            _ => throw GitDiagnostics.NotUsable(root, ".git is neither a directory nor a file that leads to one", "put the directory itself there").AsException(),
        };
    }

    /// <summary>Whether git would take a directory for a repository.</summary>
    public static bool IsRepository(Descriptor directory) =>
        Stat.TryOf(directory, "HEAD"u8) is not null && Stat.TryOf(directory, "objects"u8) is { IsDirectory: true } && Stat.TryOf(directory, "refs"u8) is { IsDirectory: true };

    private static string IsWhole(Descriptor live, OverlayRoot root)
    {
        using var repository = Opening.Child(live, Name);
        return IsRepository(repository) ? Path.Combine(root.Path, ".git")
            : throw GitDiagnostics.NotUsable(root, ".git lacks HEAD, or the directories objects and refs", "git init").AsException();
    }

    /// <summary>The references of a linked worktree in the form of files can be put together with those of its repository; tables cannot.</summary>
    private static RootRepository Linked(OverlayRoot root, RootRepository found) =>
        found.OfWorktree is not null && System.IO.Directory.Exists(Path.Combine(found.OfWorktree, "reftable"))
            ? throw GitDiagnostics.NotUsable(root, "it is a linked worktree of a repository that keeps its references in tables", "git refs migrate --ref-format=files").AsException()
            : found;

    private static string? Around(string root)
    {
        var above = Path.GetDirectoryName(root);
        while (above is not null && !Path.Exists(Path.Combine(above, ".git")))
        {
            above = Path.GetDirectoryName(above);
        }

        return above;
    }
}
