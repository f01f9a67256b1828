using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Layers for the steps of a test.</summary>
internal static class LayeredSandbox
{
    /// <summary>Where layers are seen in most tests: nothing of the host is there.</summary>
    public const string MountPoint = "/opt/sysroot";

    /// <summary>A request with these layers at one mount point, the first of which wins.</summary>
    public static Func<SandboxRequest, SandboxRequest> At(string mountPoint, params string[] layers) =>
        request => request with { Layers = [.. request.Layers, .. layers.Select(layer => new SandboxLayer(layer, mountPoint))] };

    /// <summary>The same at the usual one.</summary>
    public static Func<SandboxRequest, SandboxRequest> With(params string[] layers) => At(MountPoint, layers);
}
