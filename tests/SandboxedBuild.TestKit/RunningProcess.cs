using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SandboxedBuild.TestKit;

/// <summary>A process as <c>/proc</c> shows it; what may not be read is empty.</summary>
/// <param name="Id">The process id.</param>
public sealed record RunningProcess(int Id)
{
    private static readonly string? OwnMounts = new RunningProcess(Environment.ProcessId).MountNamespace;

    /// <summary>All processes, but this one.</summary>
    public static IEnumerable<RunningProcess> All() =>
        from directory in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0 && id != Environment.ProcessId
        select new RunningProcess(id);

    /// <summary>The program and its arguments, parted by spaces.</summary>
    public string CommandLine => Read("cmdline").Replace('\0', ' ').Trim();

    /// <summary>Whether its command line, environment, working directory or mounts mention a text.</summary>
    /// <remarks>The mounts count only if they are not this process's own, which nearly all processes share.</remarks>
    public bool Mentions(string text) =>
        Read("cmdline").Contains(text, StringComparison.Ordinal) ||
        Read("environ").Contains(text, StringComparison.Ordinal) ||
        (LinkTarget("cwd") ?? "").Contains(text, StringComparison.Ordinal) ||
        (MountNamespace is { } mounts && mounts != OwnMounts && Read("mountinfo").Contains(text, StringComparison.Ordinal));

    /// <summary>Kills the process, if it still runs.</summary>
    public void Kill()
    {
        try
        {
            using var process = Process.GetProcessById(Id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended by itself.
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {Id}: {CommandLine}");

    private string? MountNamespace => LinkTarget("ns/mnt");

    private string Read(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(PathOf(file)));
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private string? LinkTarget(string file)
    {
        try
        {
            return new FileInfo(PathOf(file)).LinkTarget;
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string PathOf(string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/{file}");
}
