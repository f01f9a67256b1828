using SandboxedBuild.Overlays;

namespace SandboxedBuild.Commits;

/// <summary>The sites of a commit, one a root, by the root's number.</summary>
internal sealed class CommitSites : IDisposable
{
    private readonly Dictionary<int, CommitSite> _sites = [];

    public CommitSite this[int root] => _sites[root];

    public static CommitSites Open(Overlay overlay)
    {
        var sites = new CommitSites();
        try
        {
            foreach (var root in overlay.Roots)
            {
                sites._sites[root.Number] = CommitSite.Open(root, overlay.Id);
            }

            return sites;
        }
        catch
        {
            sites.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the directories that were worked in.</summary>
    public void Leave()
    {
        foreach (var site in _sites.Values)
        {
            site.Leave();
        }
    }

    public void Dispose()
    {
        foreach (var site in _sites.Values)
        {
            site.Dispose();
        }
    }
}
