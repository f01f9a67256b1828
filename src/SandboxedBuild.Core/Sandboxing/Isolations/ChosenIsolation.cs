using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>What surrounds a step on this host, after it was tried.</summary>
/// <param name="Tools">What makes it; null for no sandbox.</param>
/// <param name="Warning">What is to be told of it each time, if it is not what was asked for, or none at all.</param>
public sealed record ChosenIsolation(HostTools? Tools, Diagnostic? Warning)
{
    /// <summary>What it is.</summary>
    public Isolation Isolation => Tools?.Isolation ?? Isolation.None;

    /// <summary>Chooses. The caller has the overlay's turn.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="fallback">What to do where it is not available.</param>
    /// <param name="overlay">The overlay that the step is to run over.</param>
    /// <param name="environment">The caller's environment.</param>
    /// <param name="writable">Real paths of directories that steps may write to; no tool is taken from there.</param>
    /// <exception cref="SandboxException">The host does not allow it, and nothing else may be used.</exception>
    public static ChosenIsolation For(Isolation asked, OnUnavailable fallback, Overlay overlay, CallerEnvironment environment, params IReadOnlyCollection<string> writable) =>
        For(asked, fallback, isolation =>
        {
            var tools = HostTools.Find(isolation, environment, writable);
            HostTrial.Require(overlay, tools, environment);
            return tools;
        });

    /// <summary>Chooses, where the trial is somebody else's.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="fallback">What to do where it is not available.</param>
    /// <param name="attempt">Tries an isolation, and gives the tools with which it works.</param>
    /// <exception cref="SandboxException">The host does not allow it, and nothing else may be used.</exception>
    public static ChosenIsolation For(Isolation asked, OnUnavailable fallback, Func<Isolation, HostTools> attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        if (asked == Isolation.None)
        {
            return new(null, IsolationDiagnostics.NoneAskedFor());
        }

        try
        {
            return new(attempt(asked), null);
        }
        catch (SandboxException e) when (e.Diagnostic.IsAboutHost && fallback == OnUnavailable.Plain)
        {
            return new(null, IsolationDiagnostics.NotSandboxed(asked, e.Diagnostic));
        }
        catch (SandboxException e) when (e.Diagnostic.IsAboutHost && fallback == OnUnavailable.Weaken && asked == Isolation.Bubblewrap)
        {
            return new(TryNext(e.Diagnostic), IsolationDiagnostics.Weakened(e.Diagnostic));
        }

        HostTools TryNext(Diagnostic refusal)
        {
            try
            {
                return attempt(Isolation.Namespaces);
            }
            catch (SandboxException e) when (e.Diagnostic.IsAboutHost)
            {
                throw (refusal with { Message = $"{refusal.Message} – Namespaces, the next weaker isolation, is not available either: {e.Diagnostic.Message}" }).AsException();
            }
        }
    }
}
