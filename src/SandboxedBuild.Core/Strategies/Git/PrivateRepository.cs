using System.Collections.Concurrent;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Strategies;

/// <summary>
/// Makes the repository that steps have in a copy of a worktree: all of the live one that is neither an object, nor a hook, nor a lock, nor another worktree's. Objects are
/// borrowed from the live one, which is only read; so are those of submodules. (Submodules of a worktree whose repository lies elsewhere lead there: steps see them, and cannot write.)
/// </summary>
internal sealed class PrivateRepository
{
    private const uint OwnerOnly = 0x1c0;
    private const uint OwnerWrites = 0x1ed;

    /// <summary>
    /// What the configuration of the live repository ends with in the steps'. No hook runs and nobody watches the files. The copies have the sizes and times of the
    /// live files, to the second by which git compares them then, and other inodes: without this, git would read every file once more.
    /// </summary>
    private const string Overrides = """

        [core]
        	hooksPath = /dev/null
        	fsmonitor = false
        	untrackedCache = false
        	checkStat = minimal
        	trustctime = false
        [gc]
        	auto = 0
        [maintenance]
        	auto = false

        """;

    /// <summary>For one that lies elsewhere, which may know where its worktree is, or that it has none.</summary>
    private const string OverridesOfLinked = """
        [core]
        	bare = false
        	worktree = ..

        """;

    private readonly OverlayRoot _root;
    private readonly RootRepository _repository;
    private readonly ConcurrentQueue<BytePath> _found = [];

    private PrivateRepository(OverlayRoot root, RootRepository repository)
    {
        _root = root;
        _repository = repository;
    }

    /// <summary>Makes it in a copy that is still empty.</summary>
    /// <exception cref="SandboxException">SBX1028: some part of the live one is not as git makes it. SBX1022: it is too large.</exception>
    public static void Make(OverlayRoot root, RootRepository repository, Descriptor copy, Creation creation)
    {
        Naming.MakeDirectory(copy, RootRepository.Name, OwnerOnly);
        using var place = Opening.Child(copy, RootRepository.Name);
        new PrivateRepository(root, repository).Fill(place, creation);
    }

    private void Fill(Descriptor place, Creation creation)
    {
        using var live = Opening.Directory(_repository.Directory);
        RootCopy.Fill(_root.Path, creation, live, place, (directory, path, name, stat) => IsOmitted(directory, path, name, stat));
        if (_repository.OfWorktree is { } own)
        {
            using var storage = Opening.Directory(_root.Storage);
            Naming.MakeDirectory(storage, "worktree"u8, OwnerOnly);
            using var from = Opening.Directory(own);
            using var aside = Opening.Child(storage, "worktree"u8);
            RootCopy.Fill(_root.Path, creation, from, aside, static (_, path, name, _) => name.AsSpan().EndsWith(".lock"u8) || (path.IsRoot && Is(name, "gitdir", "commondir", "locked", "modules")));
            PutOver(aside, place);
            TreeRemoval.Remove(storage, "worktree"u8);
        }

        if (!_found.Contains(default))
        {
            throw GitDiagnostics.NotUsable(_root, $"{_repository.Directory}/objects is no directory", "put the directory itself there").AsException();
        }

        var borrowed = _found.Select(path => (Path: path, Source: Path.Combine(_repository.Directory, path.ToString(), "objects"))).ToList();
        foreach (var (number, (path, source)) in borrowed.Index())
        {
            using var repository = Opening.Directory(place, path);
            Borrow(repository, source, number + 1);
            Configure(repository, "config"u8, isNeeded: true);
            Configure(repository, "config.worktree"u8, isNeeded: false);
        }

        BorrowedObjects.Write(_root, borrowed.Select(static each => each.Source));
    }

    /// <summary>What is not the steps': objects, hooks, other worktrees, locks, sockets.</summary>
    private bool IsOmitted(Descriptor directory, BytePath path, byte[] name, in EntryStat stat)
    {
        if (!stat.IsDirectory)
        {
            return stat.Type is not (EntryType.File or EntryType.SymbolicLink) || name.AsSpan().EndsWith(".lock"u8) || Is(name, "gc.pid") || (_repository.OfWorktree is not null && IsOfMainWorktree(path, name));
        }

        if (Is(name, "objects") && (path.IsRoot || RootRepository.IsRepository(directory)))
        {
            _found.Enqueue(path);
            return true;
        }

        return (Is(name, "hooks", "worktrees") && (path.IsRoot || RootRepository.IsRepository(directory)))
            || (Is(name, "modules") && path.IsRoot && _repository.IsElsewhere)
            || (_repository.OfWorktree is not null && (path.IsRoot ? Is(name, "rebase-merge", "rebase-apply", "sequencer") : path.ToString() == "refs" && Is(name, "bisect", "worktree", "rewritten")));
    }

    /// <summary>Of a repository with linked worktrees, what belongs to its main one (gitrepository-layout(5)).</summary>
    private static bool IsOfMainWorktree(BytePath path, byte[] name) =>
        path.IsRoot ? !Is(name, "config", "packed-refs", "shallow", "description")
        : path.ToString() == "logs" ? Is(name, "HEAD")
        : path.ToString() == "info" && Is(name, "sparse-checkout");

    /// <summary>What a linked worktree has of its own goes over what it shares with the others.</summary>
    private static void PutOver(Descriptor from, Descriptor to)
    {
        foreach (var name in DirectoryReading.Names(from))
        {
            if (Stat.TryOf(from, name) is { IsDirectory: true } && Stat.TryOf(to, name) is { IsDirectory: true })
            {
                using var inner = Opening.Child(from, name);
                using var below = Opening.Child(to, name);
                Deep.Go(() => PutOver(inner, below));
            }
            else
            {
                TreeRemoval.Remove(to, name);
                Naming.Move(from, name, to, name);
            }
        }
    }

    /// <summary>Where steps see the live objects is no path of the host: a git outside that is started in the copy by mistake finds nothing.</summary>
    private void Borrow(Descriptor repository, string source, int number)
    {
        var places = new List<string> { BorrowedObjects.PlaceOf(_root, number) };
        var file = Path.Combine(source, "info/alternates");
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            if (line.Length > 0 && line[0] is not ('/' or '#'))
            {
                throw GitDiagnostics.NotUsable(_root, $"{file} names the objects of another repository by a relative path ({line})", $"git repack -a -d && rm {file}").AsException();
            }

            places.Add(line);
        }

        Naming.MakeDirectory(repository, "objects"u8, OwnerWrites);
        using var objects = Opening.Child(repository, "objects"u8);
        Naming.MakeDirectory(objects, "pack"u8, OwnerWrites);
        Naming.MakeDirectory(objects, "info"u8, OwnerWrites);
        using var info = Opening.Child(objects, "info"u8);
        using var alternates = Opening.NewFile(info, "alternates"u8);
        Writing.At(alternates, Encoding.UTF8.GetBytes(string.Join('\n', places) + "\n"), 0);
    }

    private void Configure(Descriptor repository, ReadOnlySpan<byte> name, bool isNeeded)
    {
        var before = Stat.TryOf(repository, name);
        if (before is null && !isNeeded)
        {
            return;
        }

        if (before is { Type: not EntryType.File })
        {
            throw GitDiagnostics.NotUsable(_root, $"{BytePath.Display(name)} of its repository is no file", "put the file itself there").AsException();
        }

        var text = new byte[before?.Size ?? 0];
        if (before is not null)
        {
            using var old = Opening.OwnFile(repository, name);
            text = text[..Reading.At(old, text, 0)];
            Naming.RemoveFile(repository, name);
        }

        using var file = Opening.NewFile(repository, name);
        Writing.At(file, [.. text, .. Encoding.UTF8.GetBytes(Overrides + (_repository.IsElsewhere ? OverridesOfLinked : string.Empty))], 0);
        if (before is { } former)
        {
            Metadata.SetOwner(file, default, former, Stat.Of(file));
        }
    }

    private static bool Is(byte[] name, params ReadOnlySpan<string> names)
    {
        foreach (var other in names)
        {
            if (name.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(other)))
            {
                return true;
            }
        }

        return false;
    }
}
