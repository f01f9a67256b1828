using Microsoft.Build.Framework;
using SandboxedBuild.Auditing;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tasks;

/// <summary>Throws away what the steps of an overlay changed. The live tree is as before them.</summary>
[MSBuildMultiThreadableTask]
public sealed class OverlayRollback : SandboxTask
{
    /// <summary>The overlay's id.</summary>
    [Required]
    public string Overlay { get; set; } = string.Empty;

    private protected override bool Run()
    {
        if (IsOff())
        {
            return true;
        }

        var overlay = BuildOverlays.Find(BuildEngine, Overlay, Store);
        using var turn = overlay.TryTakeTurn() ?? throw new SandboxException(InputDiagnostics.OverlayInUse(Overlay));
        overlay.Progress = new ProgressMessages(BuildEngine).Tell;
        var audit = new DecisionAudit(new(Log, BuildEngine, Settings, TaskEnvironment), AuditOrigin.Rollback, overlay);
        new[] { audit.Watch(overlay.RollBack) }.OfType<Diagnostic>().ToList().ForEach(Log.Report);
        overlay.Progress = null;
        Log.LogMessage(MessageImportance.Normal, $"Overlay {Overlay}: rolled back");
        audit.Write(AuditOutcome.RolledBack);
        return true;
    }
}
