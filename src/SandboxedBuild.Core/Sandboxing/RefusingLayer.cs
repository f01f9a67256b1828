using System.Globalization;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Sandboxing;

/// <summary>What on this host says no: asked for after something failed, to name it.</summary>
internal static class RefusingLayer
{
    /// <summary>Why user namespaces cannot be made, and how to change it.</summary>
    public static (string Layer, string Fix) OfNamespaces() =>
        Setting("/proc/sys/user/max_user_namespaces") == "0"
            ? ("the sysctl user.max_user_namespaces is 0", "sudo sysctl user.max_user_namespaces=15000")
            : Setting("/proc/sys/kernel/unprivileged_userns_clone") == "0" && !Caller.MayMount
                ? ("the sysctl kernel.unprivileged_userns_clone is 0", "sudo sysctl kernel.unprivileged_userns_clone=1")
                : Caller.IsRoot && !Caller.MayMount && !Caller.MayMapRoot
                    ? ($"this process is root, and without the capability CAP_SETFCAP, as in {Around?.Name ?? "a container or a sandbox"}: it cannot make a namespace with root in it (user_namespaces(7))",
                        $"run the build as another user, or: {Around?.Fix ?? "give it CAP_SYS_ADMIN or CAP_SETFCAP"}")
                    : OfMounts();

    /// <summary>Why mounts in a namespace are refused, and how to change it.</summary>
    public static (string Layer, string Fix) OfMounts() =>
        Setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" && !Caller.MayMount
            ? ("AppArmor takes the rights out of unprivileged user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)",
                "give bwrap and unshare AppArmor profiles with `userns,`, or: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0")
            : HasSeccompFilter()
                ? ($"a seccomp filter, as {Around?.Name ?? "container engines and sandboxes"} may set it", Around?.Fix ?? "run the build outside of it")
                : Setting("/proc/self/attr/current") is { Length: > 0 } profile and not "unconfined"
                    ? ($"the security profile {profile}", Around?.Fix ?? "run the build outside of it")
                    : ("the kernel, or missing privileges of this process", "run it as an ordinary user on a kernel of 5.11 or later with CONFIG_USER_NS and CONFIG_OVERLAY_FS");

    /// <summary>Mounts below a root, which the kernel does not let an ordinary user's overlay uncover; null where there are none.</summary>
    public static (string Layer, string Fix)? OfMountsBelow(IEnumerable<string> roots)
    {
        var points = File.ReadLines("/proc/self/mountinfo").Select(static line => line.Split(' ')[4]).ToList();
        var below = points.Where(point => roots.Any(root => point != root && Paths.RealPath.IsAtOrBelow(point, root))).ToList();
        return Caller.MayMount || below.Count == 0 ? null : ($"the kernel, for something is mounted below the root: {string.Join(", ", below)}", "unmount it, or name a narrower SandboxRoot");
    }

    /// <summary>The type of the filesystem that a directory is on (proc_pid_mountinfo(5)).</summary>
    public static string FilesystemOf(string path)
    {
        using var directory = Opening.Directory(path);
        var mount = Stat.Of(directory).Mount.ToString(CultureInfo.InvariantCulture);
        var line = File.ReadLines("/proc/self/mountinfo").FirstOrDefault(line => line.StartsWith(mount + " ", StringComparison.Ordinal));
        return line?.Split(" - ")[^1].Split(' ')[0] ?? "unknown";
    }

    private static Surroundings? Around => Surroundings.Of("/");

    private static bool HasSeccompFilter() =>
        File.ReadLines("/proc/self/status").Any(static line => line.StartsWith("Seccomp:", StringComparison.Ordinal) && line.EndsWith('2'));

    /// <summary>The value of a file of proc(5), or null where it is not there.</summary>
    public static string? Setting(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim('\n', '\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
