using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Hosts;

/// <summary>Finds out what works on this host by doing it: a sandbox is set up around nothing in every way that there is, and thrown away.</summary>
public static class HostExamination
{
    private static readonly ImmutableArray<Isolation> s_isolations = [.. Enum.GetValues<Isolation>().Where(static isolation => isolation != Isolation.None)];

    /// <summary>Examines the host.</summary>
    /// <param name="store">Where overlays are kept, and the caller's environment.</param>
    /// <param name="root">The directory that steps would change; nothing in it is touched.</param>
    /// <exception cref="SandboxException">The root is no directory, or there is no place for an overlay's state.</exception>
    public static HostReport Run(OverlayStore store, string root)
    {
        var state = PlaceOf(store, root);

        // Whatever copies has nothing to copy: that a root can be copied needs no trial, and would take long.
        var empty = Directory.CreateDirectory(Path.Combine(store.Environment.Value("TMPDIR") is { Length: > 0 } temporary ? temporary : "/tmp", $"sandboxed-build-doctor-{Guid.NewGuid():N}")).FullName;
        try
        {
            // Nothing but what makes it a repository, to git and to the strategy that wants one.
            Directory.CreateDirectory(Path.Combine(empty, ".git/objects"));
            Directory.CreateDirectory(Path.Combine(empty, ".git/refs"));
            File.WriteAllText(Path.Combine(empty, ".git/HEAD"), "ref: refs/heads/main\n");
            var trials = s_isolations.ToDictionary(static isolation => isolation, isolation => Strategy.All.ToDictionary(static strategy => strategy, strategy => Try(store, strategy.Mounts ? root : empty, strategy, isolation)));
            ImmutableArray<HostVerdict> isolations = [.. s_isolations.Select(isolation => new HostVerdict(isolation.ToString(), isolation == default, Steps(trials[isolation])))];

            // By what surrounds steps here; where nothing does, no strategy works.
            var around = s_isolations.Cast<Isolation?>().FirstOrDefault(isolation => Steps(trials[isolation!.Value]) is null) ?? default(Isolation);
            ImmutableArray<HostVerdict> strategies = [.. Strategy.All.Select(strategy => new HostVerdict(strategy.Name, strategy == Strategy.Automatic[0], trials[around][strategy]))];
            return new(HostFacts.Of(store.Environment, root, state), isolations, strategies, Steps(trials[default]));
        }
        finally
        {
            TreeRemoval.Remove(empty);
        }
    }

    /// <summary>Why steps for which nobody names a strategy would not run: none that is tried for them works.</summary>
    private static Diagnostic? Steps(Dictionary<Strategy, Diagnostic?> trials) =>
        Strategy.Automatic.Any(strategy => trials[strategy] is null) ? null : trials[Strategy.Automatic[0]];

    private static string PlaceOf(OverlayStore store, string root)
    {
        using var overlay = store.Create([root]);
        overlay.Discard();
        return Path.GetDirectoryName(overlay.Directory)!;
    }

    private static Diagnostic? Try(OverlayStore store, string root, Strategy strategy, Isolation isolation)
    {
        try
        {
            using var overlay = ChosenOverlay.Create(store, [root], within: null, strategy, isolation, [], CancellationToken.None).Overlay;
            overlay.Discard();
            return null;
        }
        catch (SandboxException e) when (e.Diagnostic.IsAboutHost)
        {
            return e.Diagnostic;
        }
    }
}
