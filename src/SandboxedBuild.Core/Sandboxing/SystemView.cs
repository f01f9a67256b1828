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
    private static readonly Lazy<ImmutableArray<Mount>> s_forRoot = new(() => [.. s_forEverybody.Value, .. KernelSettings(), .. PrivateConfiguration("/etc")]);

    /// <summary>System directories, read-only; for root without what only root may read.</summary>
    public static ImmutableArray<Mount> For(SandboxIdentity identity) => identity.Uid == 0 ? s_forRoot.Value : s_forEverybody.Value;

    private static Mount? Show(string path) =>
        new DirectoryInfo(path) switch
        {
            { LinkTarget: { } target } => new LinkMount(target, path),
            { Exists: true } => new BindMount(path, path),
            _ => null,
        };

    private static IEnumerable<Mount> KernelSettings() => s_kernelSettings.Where(Path.Exists).Select(static path => new BindMount(path, path));

    /// <summary>
    /// Covers all that others may not read: /etc/shadow, ssh host keys, sudoers, private keys, whatever the host has. Root's steps
    /// keep CAP_DAC_OVERRIDE for files of other owners, and would read it.
    /// </summary>
    private static IEnumerable<Mount> PrivateConfiguration(string directory)
    {
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget is not null)
            {
                continue;
            }

            var isDirectory = entry is DirectoryInfo;
            var needed = isDirectory ? UnixFileMode.OtherRead | UnixFileMode.OtherExecute : UnixFileMode.OtherRead;
            if ((entry.UnixFileMode & needed) != needed)
            {
                yield return isDirectory ? new EmptyDirectory(entry.FullName, 0x16d, Writable: false) : new EmptyFile(entry.FullName);
            }
            else if (isDirectory)
            {
                foreach (var mount in PrivateConfiguration(entry.FullName))
                {
                    yield return mount;
                }
            }
        }
    }
}
