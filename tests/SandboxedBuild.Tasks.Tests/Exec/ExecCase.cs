using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

using Exec = Microsoft.Build.Tasks.Exec;

/// <summary>How a task is set up, so that it can be done twice.</summary>
/// <param name="Command">The command; <c>{tree}</c> in it stands for the tree's path.</param>
internal sealed record ExecCase(string Command)
{
    /// <summary>Sets further parameters.</summary>
    public Action<Exec> With { get; init; } = _ => { };

    /// <summary>Fills the tree, which is the root of the sandbox.</summary>
    public Action<TemporaryTree> Tree { get; init; } = _ => { };

    /// <summary>The project's directory, relative to the tree.</summary>
    public string ProjectDirectory { get; init; } = "";

    /// <summary>Variables that the build has and this process has not.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Done while the task runs.</summary>
    public Action<Exec, RecordingBuildEngine> During { get; init; } = (_, _) => { };

    /// <summary>Asked about when the task is done.</summary>
    public Action<RecordingBuildEngine> After { get; init; } = _ => { };
}
