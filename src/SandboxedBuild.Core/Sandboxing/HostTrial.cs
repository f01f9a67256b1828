using System.Collections.Concurrent;
using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// Whether this host lets a sandbox be set up at all: found out by setting one up around <c>true</c>, once a process and place of
/// state. Versions and settings say less than they seem to.
/// </summary>
public static class HostTrial
{
    private static readonly ConcurrentDictionary<string, bool> s_passed = new(StringComparer.Ordinal);

    /// <summary>Tries, unless it worked before.</summary>
    /// <exception cref="SandboxException">It did not work; the diagnostic names the layer that refuses.</exception>
    public static void Require(Overlay overlay, HostTools tools, CallerEnvironment environment)
    {
        var place = PlaceOf(overlay, tools);
        if (s_passed.ContainsKey(place))
        {
            return;
        }

        var roots = overlay.Roots.Select(static root => root.Path).ToImmutableArray();
        var plan = PlanBuilder.Build(new(roots, ImmutableDictionary<string, string>.Empty, roots[0], StepCommand.Program(["/bin/sh", "-c", ":"]), environment) { Home = environment.Home, Seen = overlay.Seen });
        using var launch = StepLaunch.Prepare(plan, overlay, tools, isTrial: true);
        var status = launch.Finish(HostProgram.Run(launch.Program, launch.Arguments, launch.End).ExitCode);
        if (status.ExitCode != 0)
        {
            throw Explain(overlay, tools, status).AsException();
        }

        s_passed[place] = true;
    }

    /// <summary>Whether the tools set up anything, before more is done for its sake.</summary>
    internal static bool RunsAtAll(HostTools tools) =>
        !Fails(tools is BubblewrapTools bubblewrap ? [bubblewrap.Bubblewrap, "--unshare-pid", "--ro-bind", "/", "/", "--", "true"] : [.. OverlayMounts.Namespaces(tools), "true"], out _);

    /// <summary>What a trial is good for: the same filesystems, program and strategy.</summary>
    internal static string PlaceOf(Overlay overlay, HostTools tools) =>
        string.Join('\n', overlay.Roots.Select(static root => $"{DeviceOf(root.Storage)} {DeviceOf(root.Path)}").Prepend(tools.ToString()).Append(overlay.Strategy.Name));

    /// <summary>Finds the part of the setup that fails by itself.</summary>
    internal static Diagnostic Explain(Overlay overlay, HostTools tools, StepStatus status)
    {
        var namespaces = OverlayMounts.Namespaces(tools).ToList();
        if (Fails([.. namespaces, "true"], out var reason))
        {
            return EnvironmentDiagnostics.NamespacesRefused(reason, RefusingLayer.OfNamespaces());
        }

        overlay.Roots.ToList().ForEach(overlay.Strategy.Prepare);
        if (overlay.Strategy.Mounts && Fails([.. OverlayMounts.ChainOfRoots(overlay, tools), "true"], out reason))
        {
            var storage = overlay.Roots[0].Storage;
            var filesystem = RefusingLayer.FilesystemOf(storage);
            return filesystem is "overlay" or "nfs" or "nfs4" or "9p" or "vfat" or "cifs" || filesystem.StartsWith("fuse", StringComparison.Ordinal)
                ? EnvironmentDiagnostics.UpperRefused(storage, filesystem, reason)
                : EnvironmentDiagnostics.OverlayRefused(reason, RefusingLayer.OfMountsBelow(overlay.Roots.Select(static root => root.Path)) ?? RefusingLayer.OfMounts());
        }

        return Fails([.. namespaces, tools.Unshare, "--pid", "--fork", "--mount-proc", "true"], out reason)
            ? IsolationDiagnostics.ProcRefused(reason)
            : ExecutionDiagnostics.SandboxFailed(status.Errors);
    }

    private static bool Fails(List<string> command, out string reason)
    {
        var (exitCode, _, error) = HostProgram.Run(command[0], command.Skip(1));
        reason = error.Trim();
        return exitCode != 0;
    }

    private static ulong DeviceOf(string path)
    {
        using var directory = Opening.Directory(path);
        return Stat.Of(directory).Device;
    }
}
