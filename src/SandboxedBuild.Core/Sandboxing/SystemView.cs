using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>The part of the default view that is the same for every step on a host.</summary>
internal static class SystemView
{
    private static readonly ImmutableArray<string> s_directories = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc"];

    /// <summary>
    /// Parts of /proc in which root can change the host without any capability; bwrap leaves them open, for it asks whether it may
    /// write to the directory, is told no, and takes that for the answer for what is in it.
    /// </summary>
    private static readonly ImmutableArray<string> s_kernelSettings =
        ["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi", "/proc/scsi", "/proc/mtrr"];

    private static readonly Lazy<ImmutableArray<Mount>> s_forEverybody = new(() => [.. s_directories.Select(Show).OfType<Mount>()]);
    private static readonly Lazy<ImmutableArray<Mount>> s_forRoot = new(() => [.. s_forEverybody.Value, .. KernelSettings()]);

    /// <summary>System directories, read-only; for root without what only root may read.</summary>
    public static ImmutableArray<Mount> For(SandboxIdentity identity) => identity.Uid == 0 ? [.. s_forRoot.Value, .. PrivateConfiguration.Of("/etc")] : s_forEverybody.Value;

    private static Mount? Show(string path) =>
        new DirectoryInfo(path) switch
        {
            { LinkTarget: { } target } => new LinkMount(target, path),
            { Exists: true } => new BindMount(path, path),
            _ => null,
        };

    private static IEnumerable<Mount> KernelSettings() => s_kernelSettings.Where(Path.Exists).Select(static path => new BindMount(path, path));
}
