using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Hosts;

/// <summary>Finds out what works on this host by doing it: a sandbox is set up around <c>true</c> in every way that there is, and thrown away.</summary>
public static class HostExamination
{
    /// <summary>Examines the host.</summary>
    /// <param name="store">Where overlays are kept, and the caller's environment.</param>
    /// <param name="root">The directory that steps would change; nothing in it is touched.</param>
    /// <exception cref="SandboxException">The root is no directory, or there is no place for an overlay's state.</exception>
    public static HostReport Run(OverlayStore store, string root)
    {
        var state = string.Empty;
        ImmutableArray<HostVerdict> isolations =
        [
            .. Enum.GetValues<Isolation>().Where(static isolation => isolation != Isolation.None).Select(isolation => new HostVerdict(isolation.ToString(), isolation == default, Try(store, root, isolation, directory => state = directory))),
        ];
        return new(HostFacts.Of(store.Environment, root, state), isolations, isolations.Single(static verdict => verdict.IsDefault).Refusal);
    }

    private static Diagnostic? Try(OverlayStore store, string root, Isolation isolation, Action<string> see)
    {
        using var overlay = store.Create([root]);
        try
        {
            see(Path.GetDirectoryName(overlay.Directory)!);
            HostTrial.Require(overlay, HostTools.Find(isolation, store.Environment, root), store.Environment);
            return null;
        }
        catch (SandboxException e)
        {
            return e.Diagnostic;
        }
        finally
        {
            overlay.Discard();
        }
    }
}
