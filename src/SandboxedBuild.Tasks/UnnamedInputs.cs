using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Says, once a build and target, that what a step reads is held against nothing, for its task has no Inputs. It matters where the target has some and so is skipped now and then; a target of a package
/// is not the project's to change.
/// </summary>
internal static class UnnamedInputs
{
    public static void Tell(TaskLoggingHelper log, IBuildEngine4 engine, StepIdentity step)
    {
        var key = $"SandboxedBuild.UnnamedInputs\n{step.File}\n{step.Target}";
        if (engine.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is not null)
        {
            return;
        }

        engine.RegisterTaskObject(key, key, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        if (TargetLocator.TargetAt(step.File, engine.LineNumberOfTaskNode, engine.ColumnNumberOfTaskNode)?.Inputs is { Length: > 0 } inputs && !step.IsPackaged)
        {
            log.Report(ReadDiagnostics.Unnamed(step.Target, inputs));
        }
        else
        {
            log.LogMessage(MessageImportance.Normal, "{0}", $"What the step of target {step.Target} reads is held against nothing, for its task has no Inputs.");
        }
    }
}
