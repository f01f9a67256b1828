namespace SandboxedBuild.Diagnostics;

/// <summary>SBX1xxx: the host lacks something or refuses it.</summary>
internal static class EnvironmentDiagnostics
{
    public static Diagnostic BubblewrapMissing() => new(
        "SBX1001",
        "bubblewrap (bwrap) is not on PATH, so no step can be sandboxed. Install it: sudo apt-get install bubblewrap (Debian, Ubuntu), sudo dnf install bubblewrap (Fedora), sudo pacman -S bubblewrap (Arch), sudo zypper install bubblewrap (openSUSE), sudo apk add bubblewrap (Alpine).");

    public static Diagnostic BubblewrapSetuid(string path) => new(
        "SBX1002",
        $"{path} is setuid root, so what a build tells it would be done with root's rights. Where user namespaces work it need not be: sudo chmod u-s {path}");

    public static Diagnostic NamespacesRefused(string reason, (string Layer, string Fix) by) => new(
        "SBX1003",
        $"a user or mount namespace cannot be made here ({Or(reason)}). What refuses: {by.Layer}. To change it: {by.Fix}");

    public static Diagnostic OverlayRefused(string reason, (string Layer, string Fix) by) => new(
        "SBX1004",
        $"an overlay filesystem cannot be mounted here ({Or(reason)}). What refuses: {by.Layer}. To change it: {by.Fix}");

    public static Diagnostic StateNotWritable(IEnumerable<(string Path, string Reason)> refused) => new(
        "SBX1006",
        $"there is no directory for the overlays' state: {string.Join("; ", refused.Select(static candidate => $"{candidate.Path}: {candidate.Reason}").DefaultIfEmpty("HOME is not set"))}. Name one that you can write to, best on the filesystem of the root: dotnet build -p:SandboxStateDirectory=DIRECTORY");

    public static Diagnostic UpperRefused(string storage, string filesystem, string reason) => new(
        "SBX1007",
        $"{storage} is on a filesystem ({filesystem}) that cannot hold what an overlay catches ({Or(reason)}). Keep the state elsewhere: on a volume, a local disk or a tmpfs: dotnet build -p:SandboxStateDirectory=DIRECTORY");

    public static Diagnostic ToolMissing(string program) => new(
        "SBX1008",
        $"the program {program} is not on PATH. It belongs to the package util-linux (sh: dash or bash): sudo apt-get install util-linux");

    public static Diagnostic BubblewrapTooOld(string path, IEnumerable<string> lacking, string said) => new(
        "SBX1010",
        $"{path} lacks options that the sandbox needs: {string.Join(", ", lacking)}{(said.Length > 0 ? $" (it says: {said})" : string.Empty)}. Version 0.8.0 and later have them: sudo apt-get install --only-upgrade bubblewrap");

    private static string Or(string reason) => reason.Length > 0 ? reason : "no reason given";
}
