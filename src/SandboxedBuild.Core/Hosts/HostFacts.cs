using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Hosts;

/// <summary>
/// What this host has that a sandbox is made of. Facts explain what a trial finds and decide nothing: a sysctl, a version or a file in /dev says less than it
/// seems to.
/// </summary>
public static class HostFacts
{
    private const string None = "none";

    /// <summary>Finds them out; what cannot be read is said so and is no failure.</summary>
    /// <param name="environment">The caller's, for its PATH.</param>
    /// <param name="root">The directory that steps may change.</param>
    /// <param name="state">Where what they write is caught; null where there is no place for it.</param>
    public static ImmutableArray<HostFact> Of(CallerEnvironment environment, string root, string? state) =>
    [
        new("system", $"{RuntimeInformation.OSDescription}, kernel {RefusingLayer.Setting("/proc/sys/kernel/osrelease")}, {RuntimeInformation.OSArchitecture}"),
        new("caller", Caller.IsRoot ? Caller.MayMount ? "root, who may mount" : "root, who may not mount" : string.Create(CultureInfo.InvariantCulture, $"user {Caller.Uid}")),
        new("surroundings", Surroundings.Of("/")?.Name ?? None),
        new("security", Security()),
        new("bubblewrap", Program(environment, "bwrap")),
        new("util-linux", Program(environment, "unshare")),
        new("userNamespaces", $"at most {Setting("/proc/sys/user/max_user_namespaces")}"),
        new("overlay", Filesystems().Contains("overlay", StringComparer.Ordinal) ? "in the kernel" : "not loaded; the kernel may load it when it is wanted"),
        new("fuse", $"{Device("/dev/fuse")}; {Program(environment, "fuse-overlayfs")}"),
        new("controlGroups", string.Join(", ", ControlGroups().DefaultIfEmpty(None))),
        new("root", $"{root}, on {RefusingLayer.FilesystemOf(root)}"),
        new("state", state is null ? None : $"{state}, on {RefusingLayer.FilesystemOf(state)}"),
    ];

    private static string Program(CallerEnvironment environment, string name)
    {
        if (environment.Find(name, []) is not { } path)
        {
            return $"no {name} on PATH";
        }

        // bwrap says "bubblewrap 0.8.0", unshare "unshare from util-linux 2.38.1", fuse-overlayfs two lines.
        var (exitCode, output, _) = HostProgram.Run(path, ["--version"]);
        var version = output.Split('\n')[0].Split(' ')[^1];
        return exitCode == 0 && version.Length > 0 ? $"{path} {version}" : path;
    }

    /// <summary>What of /proc/self/status takes rights away (proc_pid_status(5)), and the profile of a security module (LSM).</summary>
    private static string Security()
    {
        var status = File.ReadLines("/proc/self/status").Select(static line => line.Split(':', 2)).ToDictionary(static pair => pair[0], static pair => pair[1].Trim(), StringComparer.Ordinal);
        var layers = new[]
        {
            status.GetValueOrDefault("Seccomp") is "2" ? "a seccomp filter" : null,
            status.GetValueOrDefault("NoNewPrivs") is "1" ? "no_new_privs" : null,
            RefusingLayer.Setting("/proc/self/attr/current") is { Length: > 0 } profile and not "unconfined" ? $"the profile {profile}" : null,
            RefusingLayer.Setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" ? "AppArmor restricts user namespaces" : null,
            RefusingLayer.Setting("/proc/sys/kernel/unprivileged_userns_clone") == "0" ? "kernel.unprivileged_userns_clone is 0" : null,
        };
        return string.Join(", ", layers.OfType<string>().DefaultIfEmpty(None));
    }

    private static IEnumerable<string> Filesystems() => Lines("/proc/filesystems").Select(static line => line.Split('\t')[^1]);

    private static string Device(string path)
    {
        try
        {
            using var device = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return path;
        }
        catch (FileNotFoundException)
        {
            return $"no {path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} may not be opened";
        }
    }

    /// <summary>Where control groups of the second version are mounted; the first has nothing that limits could use.</summary>
    private static IEnumerable<string> ControlGroups() =>
        Lines("/proc/self/mountinfo")
            .Select(static line => line.Split(" - "))
            .Select(static halves => (Place: halves[0].Split(' ')[4], Type: halves[^1].Split(' ')[0]))
            .Where(static mount => mount.Type == "cgroup2")
            .Select(static mount => $"version 2 at {mount.Place}");

    private static string Setting(string path) => RefusingLayer.Setting(path) ?? "an unknown number";

    private static IEnumerable<string> Lines(string path) => File.Exists(path) ? File.ReadLines(path) : [];
}
