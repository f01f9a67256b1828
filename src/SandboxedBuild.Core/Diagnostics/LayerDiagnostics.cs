using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Diagnostics;

/// <summary>SBX105x and SBX206x: layers, and where they are to be seen. Each names the item, and the file that has it.</summary>
internal static class LayerDiagnostics
{
    public static Diagnostic TooMany(SandboxLayer layer, int count, int most) => About(
        "SBX1050",
        layer,
        $"{count} layers are to be merged at {layer.MountPoint}, and the kernel merges {most} at most. Put some of them into one directory of your own, and name that instead: cp -alf LAYER/. MERGED/ for each, the one that hides the others last");

    public static Diagnostic NotMounted(LayerMount mount, string filesystems, string reason) => new(
        "SBX1051",
        $"the {mount.Layers.Length} layers of {mount.Destination} cannot be merged ({reason}). They are on: {filesystems}. The kernel merges no case-insensitive filesystem, none that is itself an overlay of an overlay, and no directory twice, as by a bind mount. Copy what it refuses to a local disk, and name the copy: cp -a LAYER COPY");

    public static Diagnostic NoMountPoint(SandboxLayer layer) => About(
        "SBX2060",
        layer,
        $"the layer {layer.Path} has no mount point. Say where steps are to see it: <SandboxLayer Include=\"{layer.Path}\" MountPoint=\"/opt/sysroot\" />");

    public static Diagnostic NotUsable(SandboxLayer layer, string reason) => About(
        "SBX2061",
        layer,
        $"the layer {layer.Path} (to be seen at {layer.MountPoint}) cannot be used: {reason}. Make it before the step runs, or change or remove its SandboxLayer item");

    public static Diagnostic OverlapsRoot(SandboxLayer layer, string root) => About(
        "SBX2062",
        layer,
        $"the layer {layer.Path} and the root {root} lie in one another, so a step could change what it is built on. Name narrower roots (SandboxRoot, or Roots on the step), or keep the layer outside of them");

    public static Diagnostic OverlapsState(SandboxLayer layer, string state) => About(
        "SBX2063",
        layer,
        $"the layer {layer.Path} and the overlays' state in {state} lie in one another. Keep one of them elsewhere: -p:SandboxStateDirectory=DIRECTORY");

    public static Diagnostic Nested(SandboxLayer inner, SandboxLayer outer) => About(
        "SBX2064",
        inner,
        $"the layer {inner.Path} lies in the layer {outer.Path}, and both are to be merged at {inner.MountPoint}; the kernel refuses that. Keep one of the two, or copy the inner one elsewhere: cp -a {inner.Path} COPY");

    public static Diagnostic MountPointNotUsable(SandboxLayer layer, string reason) => About(
        "SBX2065",
        layer,
        $"the layer {layer.Path} cannot be shown at {layer.MountPoint}: {reason}. Choose a MountPoint in a root, or where steps see nothing of the host, such as /opt/sysroot");

    public static Diagnostic ShowsHidden(SandboxLayer layer, string hidden) => About(
        "SBX2066",
        layer,
        $"the layer {layer.Path} holds {hidden}, which is hidden from steps; at {layer.MountPoint} they would see it. Name narrower directories as layers");

    private static Diagnostic About(string code, SandboxLayer layer, string message) => new(code, message + ".") { File = layer.File };
}
