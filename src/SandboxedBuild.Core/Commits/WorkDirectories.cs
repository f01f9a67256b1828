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
            Leave();
            _open = Opening.TryDirectory(root, path);
            _path = path;
        }

        return _open;
    }

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
