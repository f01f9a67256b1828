using Microsoft.Build.Framework;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>What a project's settings say to the tasks.</summary>
internal static class Settings
{
    /// <summary>Where the overlays of a test are kept: beside its tree.</summary>
    public static string StateDirectory(this TemporaryTree tree) => tree.Beside("state");

    /// <summary>Settings with the tree as the root, by which every step is approved.</summary>
    public static RegisterSandboxSettings Approving(TemporaryTree tree, Action<RegisterSandboxSettings>? change = null)
    {
        var settings = new RegisterSandboxSettings
        {
            Root = tree.Root,
            Confirm = "Approve",
            StateDirectory = tree.StateDirectory(),
            ProjectFile = tree.PathOf("the.csproj"),
        };
        change?.Invoke(settings);
        return settings;
    }

    /// <summary>Registers such settings with a build.</summary>
    public static void Approve(RecordingBuildEngine engine, TemporaryTree tree, TaskEnvironment environment)
    {
        var settings = Approving(tree);
        settings.BuildEngine = engine;
        settings.TaskEnvironment = environment;
        settings.ProjectFile = engine.ProjectFileOfTaskNode;
        Assert.That(settings.Execute(), Is.True);
    }

    /// <summary>The same for a project file.</summary>
    public static string ApprovingTask(TemporaryTree tree) =>
        $"""<RegisterSandboxSettings Root="{tree.Root}" Confirm="Approve" StateDirectory="{tree.StateDirectory()}" ProjectFile="$(MSBuildProjectFullPath)" />""";
}
