using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// Covers all below a directory that others may not read: /etc/shadow, ssh host keys, sudoers, private keys, whatever the host has.
/// Root's steps keep CAP_DAC_OVERRIDE for files of other owners, and would read it.
/// </summary>
/// <remarks>
/// A file that gets another mode leaves no trace in its directory's times, so each step looks at every entry again; the walk itself,
/// which takes four times as long, is repeated only when one has changed.
/// </remarks>
internal sealed partial class PrivateConfiguration
{
    private const uint Read = 0x4;
    private const uint ReadAndSearch = 0x5;

    /// <summary>Two changes within one tick of the clock leave the same time: what had just changed when it was seen is not relied on.</summary>
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(1);

    private static PrivateConfiguration? s_last;

    private readonly string _path;
    private readonly List<(byte[] Path, EntryStat Stat)> _seen = [];
    private readonly List<Mount> _mounts = [];
    private readonly long _settled = (DateTimeOffset.UtcNow - s_settled).ToUnixTimeMilliseconds() * 1_000_000;

    private PrivateConfiguration(string path, Descriptor directory)
    {
        _path = path;
        _seen.Add(([], Stat.Of(directory)));
        Walk(directory, string.Empty);
    }

    /// <summary>The covers, as the directory is now.</summary>
    public static ImmutableArray<Mount> Of(string path)
    {
        using var directory = Opening.Directory(path);
        var last = Volatile.Read(ref s_last);
        if (last is null || last._path != path || !last.Holds(directory))
        {
            last = new(path, directory);
            Volatile.Write(ref s_last, last);
        }

        return [.. last._mounts];
    }

    /// <summary>
    /// What useradd(8) and its like make for a moment, with nothing in it but the number of their process (lckpwdf(3)). Nothing can be put over a file that is gone by the
    /// time when the sandbox is made, and the step would not run.
    /// </summary>
    [GeneratedRegex(@"^(passwd|shadow|group|gshadow|subuid|subgid)\.(lock|[0-9]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IsLock();

    private bool Holds(Descriptor directory) =>
        _seen.TrueForAll(seen => seen.Stat.Changed < _settled && seen.Stat == (seen.Path.Length == 0 ? Stat.Of(directory) : Stat.TryOf(directory, seen.Path)));

    private void Walk(Descriptor directory, string above)
    {
        foreach (var name in DirectoryReading.Names(directory, links: false))
        {
            if (Stat.TryOf(directory, name) is not { Type: not EntryType.SymbolicLink } entry)
            {
                continue;
            }

            var below = above + Encoding.UTF8.GetString(name);
            var full = $"{_path}/{below}";
            if (!entry.IsDirectory && IsLock().IsMatch(below))
            {
                continue;
            }

            _seen.Add((Encoding.UTF8.GetBytes(below), entry));
            var needed = entry.IsDirectory ? ReadAndSearch : Read;
            if ((entry.Mode & needed) != needed)
            {
                _mounts.Add(entry.IsDirectory ? new EmptyDirectory(full, 0x16d, Writable: false) : new EmptyFile(full));
            }
            else if (entry.IsDirectory)
            {
                using var child = Opening.Child(directory, name);
                Walk(child, below + '/');
            }
        }
    }
}
