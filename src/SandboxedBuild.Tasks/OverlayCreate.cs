using System.Diagnostics.CodeAnalysis;
using Microsoft.Build.Framework;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Tasks;

/// <summary>Makes an overlay that several steps share; <see cref="OverlayCommit"/> commits it, the end of the build throws it away.</summary>
[MSBuildMultiThreadableTask]
[SuppressMessage("Design", "CA1001", Justification = "MSBuild does not dispose of tasks; a token source without a timer holds nothing that must be freed.")]
public sealed class OverlayCreate : SandboxTask, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The directories that steps in it may change; by default SandboxRoot.</summary>
    public ITaskItem[] Roots { get; set; } = [];

    /// <summary>Directories that steps in it see merged under the path in their metadata MountPoint, besides <c>@(SandboxLayer)</c> and before it.</summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary>How what its steps write is caught: Auto, Overlay, FuseOverlay, Copy, GitWorktree, Snapshot or None; by default SandboxStrategy.</summary>
    public string? Strategy { get; set; }

    /// <summary>The overlay's id, for the Overlay parameter of the other tasks.</summary>
    [Output]
    public string Overlay { get; private set; } = string.Empty;

    /// <summary>The strategy that was taken.</summary>
    [Output]
    public string ChosenStrategy { get; private set; } = string.Empty;

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    private protected override bool Run()
    {
        if (IsOff())
        {
            return true;
        }

        var strategy = string.IsNullOrWhiteSpace(Strategy) ? Settings.Strategy : Strategies.Strategy.Parse("Strategy", Strategy);
        var store = Store with { Progress = new ProgressMessages(BuildEngine).Tell };
        store.Sweep(Settings.Root).ToList().ForEach(Log.Report);
        string[] roots = Roots.Length > 0 ? [.. Roots.Select(root => Absolute(root.ItemSpec))] : [Settings.Root];
        ChosenOverlay? chosen = null;
        var isolation = ChosenIsolation.For(Settings.Isolation, Settings.OnUnavailable, kind =>
        {
            chosen = ChosenOverlay.Create(store, roots, Settings.Root, strategy, kind, [Settings.Root], _cancellation.Token);
            return chosen.Tools;
        });

        var overlay = chosen?.Overlay ?? Plain(store, roots, strategy, isolation.Warning!);
        overlay.Progress = null;
        BuildOverlays.Keep(BuildEngine, overlay);

        // Where its steps write to the roots themselves, others may have them in between.
        overlay.TakeTurn(_cancellation.Token).Dispose();
        OverlayLayers.Note(overlay, [.. Layers.Select(layer => layer.ToSandboxLayer(TaskEnvironment))]);
        Overlay = overlay.Id;
        ChosenStrategy = overlay.Strategy.Name;
        Log.LogMessage(MessageImportance.Low, $"Overlay {overlay.Id} of {string.Join(", ", overlay.Roots.Select(static root => $"{root.Name}={root.Path}"))} in {overlay.Directory}, by the strategy {chosen?.Reason ?? overlay.Strategy.Name}");
        return true;
    }

    /// <summary>For steps that nothing surrounds, which say so themselves.</summary>
    private Overlays.Overlay Plain(OverlayStore store, string[] roots, Strategy? strategy, Diagnostic warning)
    {
        var (overlay, all) = PlainStep.Enter(store, roots, Settings.Root, strategy, warning, _cancellation.Token);
        if (overlay is not null && all != warning)
        {
            Log.Report(all);
        }

        return overlay ?? throw new SandboxException(IsolationDiagnostics.NeedsSandbox("several steps are to share an overlay", all));
    }
}
