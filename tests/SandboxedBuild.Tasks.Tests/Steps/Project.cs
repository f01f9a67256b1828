using System.Diagnostics.CodeAnalysis;
using Microsoft.Build.Framework;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>
/// A project with a tree of its own, which is the root of its steps, and one build that runs its tasks. Disposing of it ends the build
/// and fails if anything was left behind.
/// </summary>
internal sealed class Project : IDisposable
{
    private readonly Leftovers _leftovers;
    private readonly Action<RegisterSandboxSettings>? _settings;

    /// <param name="tree">The tree, which the project owns from now on.</param>
    /// <param name="settings">Changes the settings, by which everything is approved.</param>
    /// <param name="environment">Variables that the build has and this process has not; null takes one away.</param>
    /// <param name="directory">The project's directory, relative to the tree.</param>
    public Project(
        TemporaryTree? tree = null,
        Action<RegisterSandboxSettings>? settings = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        string directory = "")
    {
        Tree = tree ?? new();
        _leftovers = Leftovers.Around(Tree, Tree.StateDirectory());
        _settings = settings;
        Environment = TaskEnvironment.CreateWithProjectDirectoryAndEnvironment(Tree.PathOf(directory));
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        StartBuild();
    }

    public TemporaryTree Tree { get; }

    public RecordingBuildEngine Engine { get; private set; }

    public TaskEnvironment Environment { get; }

    /// <summary>How the settings were taken.</summary>
    public TaskRun<RegisterSandboxSettings> Registration { get; private set; }

    /// <summary>Ends the build and begins another one of the same project.</summary>
    [MemberNotNull(nameof(Engine), nameof(Registration))]
    public void StartBuild()
    {
        Engine?.Dispose();
        Engine = new() { ProjectFileOfTaskNode = Path.Combine(Environment.ProjectDirectory, "the.csproj") };
        Registration = Register(Engine.ProjectFileOfTaskNode, _settings);
    }

    /// <summary>Registers settings for a project file, as the SDK's first target does.</summary>
    public TaskRun<RegisterSandboxSettings> Register(string projectFile, Action<RegisterSandboxSettings>? settings = null)
    {
        var registration = Settings.Approving(Tree, settings);
        registration.ProjectFile = projectFile;
        return Run(registration);
    }

    /// <summary>Runs a command in a sandbox.</summary>
    public TaskRun<SandboxedExec> Step(string command, Action<SandboxedExec>? with = null)
    {
        var step = new SandboxedExec { Command = command, EchoOff = true };
        with?.Invoke(step);
        return Run(step);
    }

    /// <summary>Makes an overlay for steps to share.</summary>
    public string CreateOverlay() => Run(new OverlayCreate()).ShouldSucceed().Task.Overlay!;

    /// <summary>Runs any task of this build; the transcript has what was logged meanwhile.</summary>
    /// <remarks>The type is not constrained to tasks: see <see cref="MSBuildHost"/>.</remarks>
    public TaskRun<TTask> Run<TTask>(TTask task)
        where TTask : class
    {
        var runnable = (ITask)task;
        runnable.BuildEngine = Engine;
        if (task is IMultiThreadableTask multiThreadable)
        {
            multiThreadable.TaskEnvironment = Environment;
        }

        // A task that hangs must not hang the suite.
        using var limit = new Timer(_ => (runnable as ICancelableTask)?.Cancel(), null, TimeSpan.FromSeconds(40), Timeout.InfiniteTimeSpan);
        var before = Engine.Events.Count;
        var succeeded = runnable.Execute();
        var events = Engine.Events.Skip(before).ToList();
        EventSchemas.ShouldHold(events);
        return new(task, succeeded, events, Tree.Root);
    }

    public void Dispose()
    {
        Engine.Dispose();
        try
        {
            _leftovers.AssertNone();
        }
        finally
        {
            Tree.Dispose();
        }
    }
}
