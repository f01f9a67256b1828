using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Hosts;

/// <summary>Finds out what works on this host by doing it: a sandbox is set up around nothing in every way that there is, and thrown away.</summary>
public static class HostExamination
{
    /// <summary>Examines the host.</summary>
    /// <param name="store">Where overlays are kept, and the caller's environment.</param>
    /// <param name="root">The directory that steps would change; nothing in it is touched.</param>
    /// <exception cref="SandboxException">The root is no directory, or there is no place for an overlay's state.</exception>
    public static HostReport Run(OverlayStore store, string root)
    {
        var state = PlaceOf(store, root);
        ImmutableArray<HostVerdict> isolations =
        [
            .. Enum.GetValues<Isolation>().Where(static isolation => isolation != Isolation.None).Select(isolation => new HostVerdict(isolation.ToString(), isolation == default, Try(store, root, strategy: null, isolation))),
        ];

        // By what surrounds steps here; where nothing does, no strategy can be tried.
        var around = Enum.Parse<Isolation>((isolations.FirstOrDefault(static verdict => verdict.Refusal is null) ?? isolations[0]).Name);
        var empty = Directory.CreateDirectory(Path.Combine(store.Environment.Value("TMPDIR") is { Length: > 0 } temporary ? temporary : "/tmp", $"sandboxed-build-doctor-{Guid.NewGuid():N}")).FullName;
        try
        {
            ImmutableArray<HostVerdict> strategies =
            [
                .. Strategy.All.Select(strategy => new HostVerdict(strategy.Name, strategy == Strategy.Automatic[0], Try(store, strategy.Mounts ? root : empty, strategy, around))),
            ];
            return new(HostFacts.Of(store.Environment, root, state), isolations, strategies, isolations.Single(static verdict => verdict.IsDefault).Refusal);
        }
        finally
        {
            Directory.Delete(empty);
        }
    }

    private static string PlaceOf(OverlayStore store, string root)
    {
        using var overlay = store.Create([root]);
        overlay.Discard();
        return Path.GetDirectoryName(overlay.Directory)!;
    }

    /// <summary>Without a strategy, by the first one that works: that is what steps get.</summary>
    private static Diagnostic? Try(OverlayStore store, string root, Strategy? strategy, Isolation isolation)
    {
        try
        {
            using var overlay = ChosenOverlay.Create(store, [root], within: null, strategy, isolation, [], progress: null, CancellationToken.None).Overlay;
            overlay.Discard();
            return null;
        }
        catch (SandboxException e) when (e.Diagnostic.IsAboutHost)
        {
            return e.Diagnostic;
        }
    }
}
