using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>What <see cref="Isolation.Bubblewrap"/> needs.</summary>
/// <param name="Shell">sh(1).</param>
/// <param name="Unshare">unshare(1).</param>
/// <param name="Mount">mount(8).</param>
/// <param name="Lock">flock(1).</param>
/// <param name="Bubblewrap">bwrap(1).</param>
/// <param name="MountsOverlays">Whether bwrap mounts overlays itself (0.11.0 brought that).</param>
public sealed record BubblewrapTools(string Shell, string Unshare, string Mount, string Lock, string Bubblewrap, bool MountsOverlays) : HostTools(Shell, Unshare, Mount, Lock)
{
    /// <summary>Options that the plans need. Asked of <c>--help</c>, not of the version: distributions move options between versions.</summary>
    private static readonly ImmutableArray<string> s_needed =
        ["--args", "--cap-add", "--cap-drop", "--chdir", "--clearenv", "--die-with-parent", "--json-status-fd", "--new-session", "--perms", "--remount-ro", "--seccomp", "--unshare-cgroup-try"];

    private static readonly ImmutableArray<byte>? s_filter = SystemCallFilter.For(RuntimeInformation.OSArchitecture);

    /// <inheritdoc/>
    public override Isolation Isolation => Isolation.Bubblewrap;

    /// <summary>Finds them, and asks bwrap for its options.</summary>
    internal static BubblewrapTools Look(CallerEnvironment environment, IReadOnlyCollection<string> writable)
    {
        var bubblewrap = environment.Find("bwrap", writable) ?? throw EnvironmentDiagnostics.BubblewrapMissing().AsException();

        // A setuid bwrap runs with root's rights on what it is told here; its authors advise against it where user namespaces work.
        if ((File.GetUnixFileMode(bubblewrap) & UnixFileMode.SetUser) != UnixFileMode.None)
        {
            throw EnvironmentDiagnostics.BubblewrapSetuid(bubblewrap).AsException();
        }

        var help = HostProgram.Run(bubblewrap, ["--help"]);
        var options = help.Output.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var lacking = s_needed.Where(option => !options.Contains(option)).ToList();
        return lacking.Count > 0
            ? throw EnvironmentDiagnostics.BubblewrapTooOld(bubblewrap, lacking, help.Error.Trim()).AsException()
            : new(Need("sh", environment, writable), Need("unshare", environment, writable), Need("mount", environment, writable), Need("flock", environment, writable), bubblewrap, options.Contains("--overlay-src"));
    }

    /// <inheritdoc/>
    internal override StepSetup SetUp(SandboxPlan plan, Overlay overlay)
    {
        var mountsThese = MountsOverlays && LayeredMounts.CanBeOptions(plan, overlay);
        return new(
            [("arguments", BubblewrapArguments.For(plan, overlay, mountsThese)), ("filter", s_filter is { } filter ? ImmutableCollectionsMarshal.AsArray(filter)! : [])],
            [
                .. OverlayMounts.Chain(plan, overlay, this, mountsThese),
                Bubblewrap, "--args", "3", "--json-status-fd", "4", .. s_filter is null ? ImmutableArray<string>.Empty : ["--seccomp", "6"], "--", .. plan.Command,
            ]);
    }
}
