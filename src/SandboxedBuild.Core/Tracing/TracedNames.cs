namespace SandboxedBuild.Tracing;

/// <summary>
/// Where what a step finds under a name comes from: from the step itself, or from where it was before. A step makes, removes, moves and links things, and goes to them through symlinks; what is kept
/// of that is by names without symlinks on the way. Bounded, whatever the command does.
/// </summary>
/// <param name="linkBefore">What a symlink holds that was there before the step; null for whatever is none.</param>
/// <param name="most">How many names there are at most.</param>
internal sealed class TracedNames(Func<string, string?> linkBefore, int most)
{
    /// <summary>As many as the kernel follows (path_resolution(7)).</summary>
    private const int MostLinks = 40;

    /// <summary>What the step has done to a name, and so to all below it.</summary>
    private readonly Dictionary<string, Fate> _fates = new(StringComparer.Ordinal);

    /// <summary>The same names in order, so that those below one of them are found together.</summary>
    private readonly SortedSet<string> _order = new(StringComparer.Ordinal);

    /// <summary>Names with all symlinks resolved, as long as nothing happens to one of them.</summary>
    private readonly Dictionary<string, string> _targets = new(StringComparer.Ordinal);

    /// <summary>Whether some of these lead elsewhere; those that do not are found by the name that something happens to.</summary>
    private bool _hasLinks;

    /// <summary>Whether there were more names than are kept, so that what the step has made may pass for what was there.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Where the contents of a name were before the step; null for its own.</summary>
    /// <param name="path">The name, with no symlink on the way.</param>
    public string? Origin(string path)
    {
        for (var above = path; above is not null; above = Path.GetDirectoryName(above))
        {
            if (_fates.TryGetValue(above, out var fate))
            {
                return fate.Origin is { } origin ? origin + path[above.Length..] : null;
            }
        }

        return path;
    }

    /// <summary>A name without symlinks on the way to it; the last one is not followed.</summary>
    public string Place(string path) => Path.GetDirectoryName(path) is { } above ? Path.Combine(Target(above), Path.GetFileName(path)) : path;

    /// <summary>A name without symlinks, the last one among them.</summary>
    public string Target(string path) => Target(path, MostLinks);

    /// <summary>What is there is the step's own from now on, or nothing: what comes there again will be.</summary>
    public void Make(string path) => Put(path, new(null, null));

    /// <summary>The step makes a symlink.</summary>
    public void Link(string path, string target) => Put(path, new(null, target));

    /// <summary>What is at one name gets another.</summary>
    /// <param name="from">The one.</param>
    /// <param name="to">The other.</param>
    /// <param name="keeps">Whether it keeps the first (a hard link).</param>
    /// <param name="swaps">Whether what is there gets the first.</param>
    public void Move(string from, string to, bool keeps, bool swaps)
    {
        var (first, second) = (Taken(from), Taken(to));
        Forget(to);
        if (!keeps)
        {
            Forget(from);
            Give(from, swaps ? second : [(string.Empty, new(null, null))]);
        }

        Give(to, first);
    }

    private string Target(string path, int links)
    {
        if (Path.GetDirectoryName(path) is not { } above)
        {
            return path;
        }

        if (_targets.TryGetValue(path, out var known))
        {
            return known;
        }

        var place = Path.Combine(Target(above, links), Path.GetFileName(path));
        var target = links > 0 && LinkAt(place) is { } link ? Target(Path.GetFullPath(link, Path.GetDirectoryName(place)!), links - 1) : place;
        if (_targets.Count >= most)
        {
            _targets.Clear();
        }

        _hasLinks |= target != path;
        return _targets[path] = target;
    }

    private string? LinkAt(string place) => _fates.TryGetValue(place, out var fate) && fate.Link is { } made ? made : Origin(place) is { } origin ? linkBefore(origin) : null;

    private void Put(string path, Fate fate)
    {
        Forget(path);
        Add(path, fate);
    }

    /// <summary>What is known of a name and of those below it, each by what follows the name.</summary>
    private List<(string Below, Fate Fate)> Taken(string path)
    {
        var itself = _fates.TryGetValue(path, out var fate) ? fate : new(Origin(path), null);
        return [(string.Empty, itself), .. Below(path).Select(name => (name[path.Length..], _fates[name]))];
    }

    private void Give(string path, IEnumerable<(string Below, Fate Fate)> taken)
    {
        foreach (var (below, fate) in taken)
        {
            Add(path + below, fate);
        }
    }

    private void Add(string path, Fate fate)
    {
        if (fate.Link is null && Origin(path) == fate.Origin)
        {
            // It follows from the name above; a step that makes a tree needs one name.
            return;
        }

        if (_fates.Count >= most)
        {
            IsCut = true;
            return;
        }

        _fates[path] = fate;
        _order.Add(path);
    }

    private void Forget(string path)
    {
        if (_hasLinks || _targets.ContainsKey(path))
        {
            _targets.Clear();
            _hasLinks = false;
        }

        foreach (var name in Below(path).Append(path))
        {
            _fates.Remove(name);
            _order.Remove(name);
        }
    }

    /// <summary><c>0</c> is the character after <c>/</c>.</summary>
    private List<string> Below(string path) => [.. _order.GetViewBetween(path + "/", path + "0").Where(name => name.Length > path.Length && name[path.Length] == '/')];

    /// <summary>What became of a name.</summary>
    /// <param name="Origin">Where its contents were before the step; null for the step's own.</param>
    /// <param name="Link">What a symlink holds that the step has made.</param>
    private readonly record struct Fate(string? Origin, string? Link);
}
