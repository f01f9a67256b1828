using Microsoft.Build.Framework;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Tasks;

/// <summary>A task that runs no command: its parameters and a body; expected failures become errors of the log.</summary>
public abstract class SandboxTask : Microsoft.Build.Utilities.Task, IMultiThreadableTask
{
    /// <summary>The directory and environment of the project (set by MSBuild).</summary>
    public TaskEnvironment TaskEnvironment { get; set; } = TaskEnvironment.Fallback;

    private protected SandboxSettings Settings => ProjectSettings.For(BuildEngine, TaskEnvironment.ProjectDirectory);

    private protected OverlayStore Store => new(TaskEnvironment.ToCaller(), Settings.StateDirectory);

    /// <inheritdoc/>
    public sealed override bool Execute() => Log.Guard(Run) && !Log.HasLoggedErrors;

    private protected abstract bool Run();

    /// <summary>Whether the sandbox is switched off; says so.</summary>
    private protected bool IsOff()
    {
        if (Settings.Enabled)
        {
            return false;
        }

        Log.LogMessage(MessageImportance.Normal, $"SandboxEnabled is false: {GetType().Name} does nothing.");
        return true;
    }

    private protected string Absolute(string path) => TaskEnvironment.GetAbsolutePath(path);
}
