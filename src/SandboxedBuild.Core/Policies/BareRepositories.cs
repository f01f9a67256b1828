using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Policies;

/// <summary>
/// Repositories without <c>.git</c> in their name: git takes every directory for one that has <c>HEAD</c>, <c>objects</c> and <c>refs</c>, and
/// runs the hooks and the programs of its configuration as soon as somebody types a git command in it (git-config(1), safe.bareRepository). A
/// step could make one bit by bit, so what counts is what is there after the commit, and before.
/// </summary>
internal sealed class BareRepositories
{
    private readonly Dictionary<BytePath, RepositoryParts> _parts = [];
    private readonly HashSet<BytePath> _whole = [];
    private BytePath? _last;

    /// <summary>Takes a change into account, one after the other in their order.</summary>
    public void Note(Change change)
    {
        var part = change.HasTellingName ? ProtectedNames.PartOf(change.Path.Name) : RepositoryParts.None;
        if (part != RepositoryParts.None || _last is not { } known || !change.Path.IsIn(known))
        {
            _last = change.Path.Parent;
            Enter(_last.Value, part);
        }

        if (change.Type == EntryType.Directory || change.WasDirectory)
        {
            Enter(change.Path, RepositoryParts.None);
            if (IsWhole(change))
            {
                _whole.Add(change.Path);
            }
        }
    }

    /// <summary>The directories of their root in which something changes and that are a repository before the commit or after it.</summary>
    public HashSet<BytePath> In(OverlayRoot root)
    {
        var found = new HashSet<BytePath>();
        using var live = root.OpenLive();
        foreach (var (path, named) in _parts)
        {
            if (IsRepository(_whole.Contains(path) ? named : named | Live(live, path, named)))
            {
                found.Add(path);
            }
        }

        return found;
    }

    /// <summary>Whether everything that is or was in a directory is in the change set.</summary>
    private static bool IsWhole(Change change) => change.Kind is ChangeKind.Added or ChangeKind.Deleted or ChangeKind.Modified;

    /// <summary>Directories above one that is known are known.</summary>
    private void Enter(BytePath directory, RepositoryParts part)
    {
        while (!_parts.TryGetValue(directory, out var known))
        {
            _parts[directory] = part;
            if (directory.IsRoot)
            {
                return;
            }

            (directory, part) = (directory.Parent, RepositoryParts.None);
            if (_parts.ContainsKey(directory))
            {
                return;
            }
        }

        _parts[directory] |= part;
    }

    private static bool IsRepository(RepositoryParts parts) =>
        parts.HasFlag(RepositoryParts.Head) && (parts.HasFlag(RepositoryParts.CommonDirectory) || parts.HasFlag(RepositoryParts.Objects | RepositoryParts.References));

    private static RepositoryParts Live(Descriptor live, BytePath path, RepositoryParts named)
    {
        using var directory = Opening.TryDirectory(live, path);
        if (directory is null || !(named.HasFlag(RepositoryParts.Head) || Has("HEAD"u8)))
        {
            return RepositoryParts.None;
        }

        return RepositoryParts.Head
            | (Has("objects"u8) ? RepositoryParts.Objects : default)
            | (Has("refs"u8) ? RepositoryParts.References : default)
            | (Has("commondir"u8) ? RepositoryParts.CommonDirectory : default);

        bool Has(ReadOnlySpan<byte> name) => Stat.TryOf(directory, name) is not null;
    }
}
