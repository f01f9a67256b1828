using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>Why fuse-overlayfs could not mount: found by trying the parts of it.</summary>
internal static class FuseRefusal
{
    private const string Device = "/dev/fuse";

    public static Diagnostic Explain(Overlay overlay, HostTools tools, string complaint)
    {
        var namespaces = OverlayMounts.Namespaces(tools).ToList();
        var (exitCode, _, said) = HostProgram.Run(namespaces[0], [.. namespaces.Skip(1), "true"]);
        return exitCode != 0 ? EnvironmentDiagnostics.NamespacesRefused(said.Trim(), RefusingLayer.OfNamespaces())
            : WhyNotOpened() is { } reason ? FuseDiagnostics.DeviceRefused(Device, reason)
            : FuseDiagnostics.MountRefused(complaint, RefusingLayer.OfMountsBelow(overlay.Roots.Select(static root => root.Path)) ?? RefusingLayer.OfMounts());
    }

    private static string? WhyNotOpened()
    {
        try
        {
            using var device = File.Open(Device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is FileNotFoundException ? "it is not there" : e.Message;
        }
    }
}
