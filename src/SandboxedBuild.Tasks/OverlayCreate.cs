using Microsoft.Build.Framework;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tasks;

/// <summary>Makes an overlay that several steps share; <see cref="OverlayCommit"/> commits it, the end of the build throws it away.</summary>
[MSBuildMultiThreadableTask]
public sealed class OverlayCreate : SandboxTask
{
    /// <summary>The directories that steps in it may change; by default SandboxRoot.</summary>
    public ITaskItem[] Roots { get; set; } = [];

    /// <summary>Directories that steps in it see merged under the path in their metadata MountPoint, besides <c>@(SandboxLayer)</c> and before it.</summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary>Auto (default) or Overlay.</summary>
    public string? Strategy { get; set; }

    /// <summary>The overlay's id, for the Overlay parameter of the other tasks.</summary>
    [Output]
    public string Overlay { get; private set; } = string.Empty;

    /// <summary>The strategy that was taken: Overlay.</summary>
    [Output]
    public string ChosenStrategy { get; private set; } = string.Empty;

    private protected override bool Run()
    {
        if (IsOff())
        {
            return true;
        }

        Choice.Only("Strategy", Strategy, "Overlay");
        var store = Store;
        store.Sweep(Settings.Root).ToList().ForEach(Log.Report);
        var overlay = store.Create(Roots.Length > 0 ? Roots.Select(root => Absolute(root.ItemSpec)) : [Settings.Root], Settings.Root);
        BuildOverlays.Keep(BuildEngine, overlay);
        OverlayLayers.Note(overlay, [.. Layers.Select(layer => layer.ToSandboxLayer(TaskEnvironment))]);
        Overlay = overlay.Id;
        ChosenStrategy = "Overlay";
        Log.LogMessage(MessageImportance.Low, $"Overlay {overlay.Id} of {string.Join(", ", overlay.Roots.Select(static root => $"{root.Name}={root.Path}"))} in {overlay.Directory}");
        return true;
    }
}
