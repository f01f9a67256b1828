using System.Collections.Concurrent;
using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Strategies;

/// <summary>A new overlay by the strategy that was asked for, or by the first one that a trial proves here, with the tools that run steps in it.</summary>
/// <param name="Overlay">The overlay.</param>
/// <param name="Tools">The host's programs.</param>
/// <param name="Trials">What was tried, in order; the last one is the overlay's own.</param>
public sealed record ChosenOverlay(Overlay Overlay, HostTools Tools, ImmutableArray<StrategyTrial> Trials)
{
    /// <summary>What did not work, by the place in which it was tried: once a process.</summary>
    private static readonly ConcurrentDictionary<string, Diagnostic> s_refused = new(StringComparer.Ordinal);

    /// <summary>Why it is this strategy, for the log and for the event of a step.</summary>
    public string Reason => Trials is [.. var refused, var last] && !refused.IsEmpty
        ? $"{last.Strategy}, for {string.Join("; ", refused.Select(static trial => $"{trial.Strategy} does not work here ({trial.Refusal!.Code}: {trial.Refusal.Message})"))}"
        : $"{Overlay.Strategy}, which works here";

    /// <summary>Makes the overlay.</summary>
    /// <param name="store">Where.</param>
    /// <param name="roots">As for <see cref="OverlayStore.Create"/>.</param>
    /// <param name="within">Also.</param>
    /// <param name="wanted">The strategy; null for the first that works. One that was named is never replaced by another.</param>
    /// <param name="isolation">What surrounds the steps.</param>
    /// <param name="writable">Directories from which no tool is taken, besides the roots.</param>
    /// <param name="cancellation">Ends the copy of a root.</param>
    /// <exception cref="SandboxException">A root is not usable, a tool is missing, or no strategy works; the diagnostic says why the last one does not.</exception>
    public static ChosenOverlay Create(OverlayStore store, IReadOnlyCollection<string> roots, string? within, Strategy? wanted, Isolation isolation, IEnumerable<string> writable, CancellationToken cancellation)
    {
        ImmutableArray<Strategy> candidates = wanted is null ? Strategy.Automatic : [wanted];
        var trials = ImmutableArray<StrategyTrial>.Empty;
        foreach (var strategy in candidates)
        {
            var overlay = store.Create(roots, within, strategy, cancellation);
            try
            {
                var tools = HostTools.Find(isolation, store.Environment, [.. writable, .. overlay.Roots.Select(static root => root.Path)]);
                if (Refusal(overlay, tools, store.Environment) is not { } refusal)
                {
                    return new(overlay, tools, trials.Add(new(strategy, null)));
                }

                if (strategy == candidates[^1] || !IsOfStrategy(refusal) || !HostTrial.RunsAtAll(tools))
                {
                    throw refusal.AsException();
                }

                trials = trials.Add(new(strategy, refusal));
            }
            catch
            {
                Drop(overlay);
                throw;
            }

            Drop(overlay);
        }

        throw new InvalidOperationException("there is no strategy");
    }

    private static Diagnostic? Refusal(Overlay overlay, HostTools tools, CallerEnvironment environment)
    {
        var place = HostTrial.PlaceOf(overlay, tools);
        if (s_refused.TryGetValue(place, out var known))
        {
            return known;
        }

        try
        {
            HostTrial.Require(overlay, tools, environment);
            return null;
        }
        catch (SandboxException e)
        {
            return s_refused[place] = e.Diagnostic;
        }
    }

    /// <summary>
    /// Whether another strategy may do where this was said: it is the overlay that cannot be mounted. Namespaces too may be refused to unshare(1)
    /// alone, as AppArmor's profiles do.
    /// </summary>
    private static bool IsOfStrategy(Diagnostic refusal) =>
        refusal.Code is EnvironmentDiagnostics.NamespacesRefusedCode or EnvironmentDiagnostics.OverlayRefusedCode or EnvironmentDiagnostics.UpperRefusedCode || FuseDiagnostics.AreOf(refusal);

    private static void Drop(Overlay overlay)
    {
        overlay.Discard();
        overlay.Dispose();
    }
}
