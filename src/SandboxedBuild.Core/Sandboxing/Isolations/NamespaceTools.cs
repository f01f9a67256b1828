using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>What <see cref="Isolation.Namespaces"/> needs.</summary>
/// <param name="Shell">sh(1).</param>
/// <param name="Unshare">unshare(1).</param>
/// <param name="Mount">mount(8).</param>
/// <param name="Lock">flock(1).</param>
/// <param name="PivotRoot">pivot_root(8).</param>
/// <param name="Inner">Those that run when nothing but the plan's view is left.</param>
public sealed record NamespaceTools(string Shell, string Unshare, string Mount, string Lock, string PivotRoot, InnerTools Inner) : HostTools(Shell, Unshare, Mount, Lock)
{
    /// <inheritdoc/>
    public override Isolation Isolation => Isolation.Namespaces;

    /// <inheritdoc/>
    internal override ImmutableArray<string> EndWithParent => [Inner.SetPrivileges, "--pdeathsig=KILL"];

    /// <summary>Finds them. Their options are those of util-linux 2.34; an older one says itself what it does not know.</summary>
    internal static NamespaceTools Look(CallerEnvironment environment, IReadOnlyCollection<string> writable) => new(
        Need("sh", environment, writable),
        Need("unshare", environment, writable),
        Need("mount", environment, writable),
        Need("flock", environment, writable),
        Need("pivot_root", environment, writable),
        new(Inside("sh"), Inside("unshare"), Inside("umount"), Inside("setsid"), Inside("setpriv")));

    /// <inheritdoc/>
    internal override StepSetup SetUp(SandboxPlan plan, Overlay overlay)
    {
        if (InnerTools.CoveredBy(plan) is { } cover)
        {
            throw IsolationDiagnostics.ToolsCovered(cover).AsException();
        }

        Directory.CreateDirectory(Path.Combine(overlay.StepDirectory, NamespaceScript.NewRoot));
        return new(
            [("setup", NamespaceScript.Outside(plan, overlay, MountTable.OfThisProcess(), this)), ("arguments", NamespaceScript.Inside(plan)), ("filter", [])],
            [
                .. OverlayMounts.Chain(plan, overlay, this) is { IsEmpty: false } chain ? chain : OverlayMounts.Namespaces(this),

                // A second time, now that user 0 has a meaning: it owns the new network's devices.
                Unshare, "--pid", "--ipc", "--uts", "--cgroup", .. plan.Network == NetworkAccess.None ? ["--net"] : Array.Empty<string>(), "--kill-child=KILL",
                Shell, "step/setup",
            ])
        {
            IsStatusInReach = true,
        };
    }

    private static string Inside(string program) =>
        InnerTools.Directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists) ?? throw EnvironmentDiagnostics.ToolMissing(program).AsException();
}

/// <summary>Programs that run, with rights over the sandbox, after its view is made: out of directories that every step sees and none may change.</summary>
/// <param name="Shell">sh(1).</param>
/// <param name="Unshare">unshare(1).</param>
/// <param name="Unmount">umount(8).</param>
/// <param name="SetSession">setsid(1).</param>
/// <param name="SetPrivileges">setpriv(1).</param>
public sealed record InnerTools(string Shell, string Unshare, string Unmount, string SetSession, string SetPrivileges)
{
    /// <summary>Where they are looked for.</summary>
    internal static ImmutableArray<string> Directories { get; } = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    /// <summary>Where they, what they load, and what says which that is lie.</summary>
    private static readonly ImmutableArray<string> s_code =
        [.. Directories, "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32", "/lib", "/lib32", "/lib64", "/libx32", "/etc"];

    /// <summary>A place of the plan that a step may have written to, and that holds what they are made of; null where there is none.</summary>
    internal static string? CoveredBy(SandboxPlan plan) =>
        plan.Mounts.Where(static mount => mount is OverlayMount or LayerMount or BindMount { Writable: true })
            .Select(static mount => mount.Destination)
            .FirstOrDefault(static place => s_code.Any(code => Paths.RealPath.IsAtOrBelow(place, code) || Paths.RealPath.IsAtOrBelow(code, place)));
}
