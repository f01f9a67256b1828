using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Commits;

/// <summary>
/// The directories of one tree that a commit works in, one open at a time: what is done to one directory comes together. A directory
/// that its owner may not write to is opened for that while it is worked in, and shut again (rename(2), EACCES).
/// </summary>
internal sealed class WorkDirectories(Descriptor root) : IDisposable
{
    private BytePath _path;
    private Descriptor? _open;
    private IDisposable? _held;
    private bool _isAsked;

    /// <summary>The tree's own directory.</summary>
    public Descriptor Root => root;

    /// <summary>The directory at a path, for as long as no other one is asked for; null when there is none.</summary>
    public Descriptor? TryAt(BytePath path)
    {
        if (_open is null || _path != path)
        {
            // From a directory to one in it is a shorter way than from the top.
            var next = _open is not null && path.IsAtOrBelow(_path)
                ? Opening.TryDirectory(_open, BytePath.FromBytes(path.Bytes[(_path.IsRoot ? 0 : _path.Bytes.Length + 1)..]))
                : Opening.TryDirectory(root, path);
            Leave();
            (_open, _path) = (next, path);
        }

        return _open;
    }

    /// <summary>The directory that an entry is in, as <see cref="TryAt"/>.</summary>
    public Descriptor? TryAround(BytePath entry) => _open is not null && entry.IsIn(_path) ? _open : TryAt(entry.Parent);

    /// <summary>The directory that an entry is in, fit to be written to.</summary>
    public Descriptor Around(BytePath entry) => _isAsked && entry.IsIn(_path) ? _open! : At(entry.Parent);

    /// <summary>The directory at a path, fit to be written to.</summary>
    public Descriptor At(BytePath path)
    {
        var directory = TryAt(path) ?? throw new SystemCallException("openat2", path.ToString(), Errno.NotFound);
        if (_held is null && !_isAsked)
        {
            _held = ShutEntries.Hold(directory, default, ShutEntries.Read | ShutEntries.Write | ShutEntries.Search);
            _isAsked = true;
        }

        return directory;
    }

    /// <summary>Lets go of the directory that is open if it is the one at a path, which has another place now, or one below it.</summary>
    public void Leave(BytePath moved)
    {
        if (_open is not null && _path.IsAtOrBelow(moved))
        {
            Leave();
        }
    }

    /// <summary>Lets go of the directory that is open, for what is done next may take it away or set its mode.</summary>
    public void Leave()
    {
        if (_open is null)
        {
            return;
        }

        _held?.Dispose();
        _held = null;
        _isAsked = false;
        _open.Dispose();
        _open = null;
    }

    public void Dispose() => Leave();
}
