using SandboxedBuild.Changes;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Commands;

/// <summary>An overlay that a command works on; no step runs in it meanwhile.</summary>
internal sealed class OpenedOverlay : IDisposable
{
    private readonly IDisposable _turn;
    private readonly ToolHost _host;

    private OpenedOverlay(OverlaySummary summary, Overlay overlay, IDisposable turn, ToolHost host)
    {
        Summary = summary;
        Overlay = overlay;
        _turn = turn;
        _host = host;
    }

    public OverlaySummary Summary { get; }

    public Overlay Overlay { get; }

    /// <summary>Opens an overlay to look into it; another process may have it.</summary>
    /// <exception cref="SandboxException">There is none, or several are meant, or a step runs in it, or its commit was cut off.</exception>
    public static OpenedOverlay ToLook(Session session, string id)
    {
        var summary = session.Store.Find(id);
        return summary.State switch
        {
            OverlayState.CutOff => throw new SandboxException(ToolDiagnostics.CommitCutOff(summary.Id)),
            OverlayState.Committed => throw new SandboxException(ToolDiagnostics.AlreadyCommitted(summary.Id)),
            _ => Enter(summary, session.Store.Open(summary.Id), session.Host),
        };
    }

    /// <summary>Opens an overlay to commit it or to throw it away; nobody else may have it.</summary>
    /// <exception cref="SandboxException">As above, or another process has it.</exception>
    public static OpenedOverlay ToDecide(Session session, string id)
    {
        var opened = ToLook(session, id);

        // Somebody who lists the overlays has the lock for a moment.
        for (var attempt = 0; attempt < 20 && !opened.Overlay.IsOwner; attempt++)
        {
            opened.Dispose();
            Thread.Sleep(10);
            opened = ToLook(session, id);
        }

        if (!opened.Overlay.IsOwner)
        {
            opened.Dispose();
            throw new SandboxException(InputDiagnostics.OverlayInUse(opened.Summary.Id));
        }

        return opened;
    }

    /// <summary>What its steps changed.</summary>
    public ChangeSet Collect() => Busy.While(_host, "Collecting the changes", Overlay, () => Collector.Collect(Overlay));

    public void Dispose()
    {
        _turn.Dispose();
        Overlay.Dispose();
    }

    private static OpenedOverlay Enter(OverlaySummary summary, Overlay overlay, ToolHost host)
    {
        if (overlay.TryTakeTurn() is { } turn)
        {
            return new(summary, overlay, turn, host);
        }

        overlay.Dispose();
        throw new SandboxException(InputDiagnostics.OverlayInUse(summary.Id));
    }
}
