namespace SandboxedBuild.Diagnostics;

/// <summary>SBX1024 to SBX1026 and SBX4024: the strategy FuseOverlay.</summary>
internal static class FuseDiagnostics
{
    private const string MissingCode = "SBX1024";
    private const string DeviceRefusedCode = "SBX1025";
    private const string MountRefusedCode = "SBX1026";
    private const string OwnNamesCode = "SBX1029";

    /// <summary>Whether it is said that fuse-overlayfs does not work here, and so another strategy may.</summary>
    public static bool AreOf(Diagnostic refusal) => refusal.Code is MissingCode or DeviceRefusedCode or MountRefusedCode or OwnNamesCode;

    public static Diagnostic Missing() => new(
        MissingCode,
        "fuse-overlayfs is not on PATH, so the strategy FuseOverlay cannot be used. Install it: sudo apt-get install fuse-overlayfs (Debian, Ubuntu), sudo dnf install fuse-overlayfs (Fedora), sudo pacman -S fuse-overlayfs (Arch), sudo zypper install fuse-overlayfs (openSUSE), sudo apk add fuse-overlayfs (Alpine)");

    public static Diagnostic DeviceRefused(string device, string reason) => new(
        DeviceRefusedCode,
        $"{device} cannot be opened ({reason}), so no filesystem of a user's own can be mounted. In a container, hand it in: docker run --device {device} …. On a host: sudo modprobe fuse, and where it is root's alone: sudo chmod 0666 {device}");

    public static Diagnostic MountRefused(string reason, (string Layer, string Fix) by) => new(
        MountRefusedCode,
        $"fuse-overlayfs cannot mount here ({(reason.Length > 0 ? reason : "no reason given")}). What refuses: {by.Layer}. To change it: {by.Fix}");

    public static Diagnostic HasOwnNames(string path) => new(
        OwnNamesCode,
        $"{path} has a name that fuse-overlayfs takes for a mark of its own (.wh.…), so it would hide it and what it names from the step. Rename it, name a root without it: -p:SandboxRoot=DIRECTORY – or catch writes in another way: -p:SandboxStrategy=Copy");

    public static Diagnostic NotTaken(string root, string reason) => new(
        "SBX4024",
        $"what the step left in {root} could not be read back from fuse-overlayfs: {reason}. Nothing of it is committed, the live tree is as before. Free space and see that nothing ends fuse-overlayfs while a step runs, then build again – or catch writes in another way: -p:SandboxStrategy=Copy");
}
