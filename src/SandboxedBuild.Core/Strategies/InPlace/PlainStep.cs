using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Strategies;

/// <summary>
/// A command that nothing surrounds: it runs as it is, on the live roots, and what it has changed is told as with <see cref="Strategy.None"/>, the one strategy that takes no mount. Nothing is kept
/// from it, and nobody notes its end but the one who runs it.
/// </summary>
internal static class PlainStep
{
    private const string FileName = "plain";

    /// <summary>Makes the overlay from which its changes are told.</summary>
    /// <param name="store">Where.</param>
    /// <param name="roots">As for <see cref="OverlayStore.Create"/>.</param>
    /// <param name="within">Also.</param>
    /// <param name="wanted">The strategy that was asked for; null for none.</param>
    /// <param name="warning">Why there is no sandbox.</param>
    /// <param name="cancellation">Ends the wait for the roots, and the look at them.</param>
    /// <returns>The overlay, null where the host does not let it be told what the command changes; and the warning, with all that is not to be had.</returns>
    /// <exception cref="SandboxException">A root is not usable.</exception>
    public static (Overlay? Overlay, Diagnostic Warning) Enter(OverlayStore store, IReadOnlyCollection<string> roots, string? within, Strategy? wanted, Diagnostic warning, CancellationToken cancellation)
    {
        warning = wanted is { HasWayBack: true } ? IsolationDiagnostics.WithoutStrategy(warning, wanted) : warning;
        try
        {
            return (store.Create(roots, within, Strategy.None, cancellation), warning);
        }
        catch (SandboxException e) when (e.Diagnostic.IsAboutHost)
        {
            return (null, IsolationDiagnostics.ChangesNotTold(warning, $"{e.Diagnostic.Code}: {e.Diagnostic.Message}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, IsolationDiagnostics.ChangesNotTold(warning, e.Message));
        }
    }

    /// <summary>The command is about to run. The caller has the overlay's turn.</summary>
    /// <param name="overlay">Its overlay.</param>
    /// <param name="environment">Its environment.</param>
    public static void Begin(Overlay overlay, IDictionary<string, string?> environment)
    {
        CarriedLock.Write(FileOf(overlay), overlay.Roots.Select(static root => root.Path));
        environment[CarriedLock.Variable] = FileOf(overlay);
        StepTimes.Begin(overlay);
    }

    /// <summary>The command is over.</summary>
    public static void End(Overlay overlay) => StepTimes.End(overlay);

    /// <summary>Whether such a command has written to the roots of an overlay.</summary>
    public static bool WasIn(Overlay overlay) => File.Exists(FileOf(overlay));

    private static string FileOf(Overlay overlay) => Path.Combine(overlay.StepDirectory, FileName);
}
