using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Strategies;

/// <summary>A directory of a layer that is being put together: it is made when something has to be in it, and those around it.</summary>
internal sealed class TakenDirectory : IDisposable
{
    private const uint OwnerOnly = 0x1c0;

    private readonly TakenDirectory? _parent;
    private readonly byte[] _name;
    private readonly Descriptor _seen;
    private readonly Descriptor? _top;
    private Descriptor? _made;

    /// <param name="top">The top of the layer.</param>
    /// <param name="seen">The root as steps see it.</param>
    public TakenDirectory(Descriptor top, Descriptor seen)
    {
        (_name, _seen, _top) = ([], seen, top);
    }

    /// <param name="parent">The directory that it is in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="seen">The directory as steps see it.</param>
    public TakenDirectory(TakenDirectory parent, byte[] name, Descriptor seen)
    {
        (_parent, _name, _seen) = (parent, name, seen);
    }

    /// <summary>The directory, which is open for its owner as long as it is worked on.</summary>
    public Descriptor Open()
    {
        if (_top is not null)
        {
            return _top;
        }

        if (_made is null)
        {
            var parent = _parent!.Open();
            Naming.MakeDirectory(parent, _name, OwnerOnly);
            _made = Opening.Child(parent, _name);
        }

        return _made;
    }

    /// <summary>Gives it, if it was made, what steps see of the directory itself; nothing is made in it any more.</summary>
    /// <param name="modified">The mtime that it gets.</param>
    public void Finish(long modified)
    {
        if ((_top ?? _made) is not { } made)
        {
            return;
        }

        var stat = Stat.Of(_seen);
        UserAttributes.Copy(_seen, default, made, default);
        Metadata.SetOwner(made, default, stat, Stat.Of(made));
        Ownership.SetMode(made, default, stat.Mode);
        Ownership.SetModified(made, default, modified);
    }

    public void Dispose() => _made?.Dispose();
}
