using System.Globalization;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Diagnostics;

/// <summary>SBX1xxx: the host lacks something or refuses it.</summary>
internal static class EnvironmentDiagnostics
{
    /// <summary>The code of <see cref="NamespacesRefused"/>.</summary>
    public const string NamespacesRefusedCode = "SBX1003";

    /// <summary>The code of <see cref="OverlayRefused"/>.</summary>
    public const string OverlayRefusedCode = "SBX1004";

    /// <summary>The code of <see cref="UpperRefused"/>.</summary>
    public const string UpperRefusedCode = "SBX1007";

    public static Diagnostic BubblewrapMissing() => new(
        "SBX1001",
        "bubblewrap (bwrap) is not on PATH, so no step can be sandboxed. Install it: sudo apt-get install bubblewrap (Debian, Ubuntu), sudo dnf install bubblewrap (Fedora), sudo pacman -S bubblewrap (Arch), sudo zypper install bubblewrap (openSUSE), sudo apk add bubblewrap (Alpine). Without it there is a weaker sandbox: SandboxIsolation=Namespaces");

    public static Diagnostic BubblewrapSetuid(string path) => new(
        "SBX1002",
        $"{path} is setuid root, so what a build tells it would be done with root's rights. Where user namespaces work it need not be: sudo chmod u-s {path}");

    public static Diagnostic NamespacesRefused(string reason, (string Layer, string Fix) by) => new(
        NamespacesRefusedCode,
        $"a user or mount namespace cannot be made here ({Or(reason)}). What refuses: {by.Layer}. To change it: {by.Fix}");

    public static Diagnostic OverlayRefused(string reason, (string Layer, string Fix) by) => new(
        OverlayRefusedCode,
        $"an overlay filesystem cannot be mounted here ({Or(reason)}). What refuses: {by.Layer}. To change it: {by.Fix}");

    public static Diagnostic StateNotWritable(IEnumerable<(string Path, string Reason)> refused) => new(
        "SBX1006",
        $"there is no directory for the overlays' state: {string.Join("; ", refused.Select(static candidate => $"{candidate.Path}: {candidate.Reason}").DefaultIfEmpty("HOME is not set"))}. Name one that you can write to, best on the filesystem of the root: dotnet build -p:SandboxStateDirectory=DIRECTORY");

    public static Diagnostic UpperRefused(string storage, string filesystem, string reason) => new(
        UpperRefusedCode,
        $"{storage} is on a filesystem ({filesystem}) that cannot hold what an overlay catches ({Or(reason)}). Keep the state elsewhere: on a volume, a local disk or a tmpfs: dotnet build -p:SandboxStateDirectory=DIRECTORY");

    public static Diagnostic ToolMissing(string program) => new(
        "SBX1008",
        $"the program {program} is not on PATH. It belongs to the package util-linux (sh: dash or bash): sudo apt-get install util-linux");

    public static Diagnostic BubblewrapTooOld(string path, IEnumerable<string> lacking, string said) => new(
        "SBX1010",
        $"{path} lacks options that the sandbox needs: {string.Join(", ", lacking)}{(said.Length > 0 ? $" (it says: {said})" : string.Empty)}. Version 0.8.0 and later have them: sudo apt-get install --only-upgrade bubblewrap");

    public static Diagnostic TracerMissing() => new(
        "SBX1011",
        "strace is not on PATH, so a step cannot be traced. Install it: sudo apt-get install strace (Debian, Ubuntu), sudo dnf install strace (Fedora), sudo pacman -S strace (Arch), sudo zypper install strace (openSUSE), sudo apk add strace (Alpine). Or do without: SandboxTrace=None, SandboxTrackReads=false");

    public static Diagnostic RootCannotSwap(string root, string filesystem) => new(
        "SBX1012",
        $"steps cannot change {root}: it is on {filesystem}, which cannot swap two files in one step (renameat2), and without that a commit that is cut off could lose some. Nothing was run. Keep the project on a local filesystem (ext4, XFS, Btrfs, tmpfs), or name such a root: -p:SandboxRoot=DIRECTORY, or Roots on the task");

    public static Diagnostic RootTooLarge(string root, bool hasTooManyEntries, CopyLimits limits) => new(
        "SBX1022",
        $"{root} is too large to be copied for a step: it has more than {(hasTooManyEntries ? $"{limits.Entries:N0} files and directories" : $"{limits.Bytes / (double)(1L << 30):0.##} GiB that its filesystem cannot share with a copy")}. Nothing was changed. Name a narrower directory that the step may change: -p:SandboxRoot=DIRECTORY, or Roots on the task – or catch its writes without a copy: -p:SandboxStrategy=Overlay");

    public static Diagnostic CopyFailed(string root, string storage, string reason) => new(
        "SBX1023",
        $"{root} could not be copied to {storage}: {reason}. Nothing was changed, and the unfinished copy is gone. Free space, or keep the copy where there is more: -p:SandboxStateDirectory=DIRECTORY; make readable what is not, or name a root without it: -p:SandboxRoot=DIRECTORY – or catch writes without a copy: -p:SandboxStrategy=Overlay");

    private static string Or(string reason) => reason.Length > 0 ? reason : "no reason given";
}
