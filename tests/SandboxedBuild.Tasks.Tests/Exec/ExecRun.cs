using System.Diagnostics;
using Microsoft.Build.Framework;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

using Exec = Microsoft.Build.Tasks.Exec;

/// <summary>Runs a task in a tree of its own, as the engine would under <c>-mt</c>: the current directory is not the project's.</summary>
internal static class ExecRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    /// <summary>MSBuild's own task.</summary>
    public static ExecResult Stock(ExecCase contract)
    {
        using var tree = new TemporaryTree();
        return Of(new Exec(), contract, tree, (_, _, _) => { });
    }

    /// <summary>Ours, for which everything is approved, and which has to leave nothing behind.</summary>
    public static ExecResult Sandboxed(ExecCase contract)
    {
        using var tree = new TemporaryTree();
        var leftovers = Leftovers.Around(tree, tree.StateDirectory());
        var result = Of(new SandboxedExec(), contract, tree, Settings.Approve);
        leftovers.AssertNone();
        return result;
    }

    private static ExecResult Of(Exec task, ExecCase contract, TemporaryTree tree, Action<RecordingBuildEngine, TemporaryTree, TaskEnvironment> settings)
    {
        contract.Tree(tree);
        using var engine = new RecordingBuildEngine();
        var before = tree.Describe();
        var clock = Stopwatch.StartNew();
        var succeeded = false;
        var thrown = OnItsOwnThread(
            () =>
            {
                Configure(task, contract, engine, tree);
                settings(engine, tree, task.TaskEnvironment);
                clock.Restart();
                succeeded = task.Execute();
                clock.Stop();
            },
            during: () => contract.During(task, engine),
            cancel: task.Cancel);
        contract.After(engine);
        return new(task, succeeded, thrown, engine.Events, tree.Root)
        {
            Elapsed = clock.Elapsed,
            TreeBefore = before,
            TreeAfter = tree.Describe(),
        };
    }

    private static void Configure(Exec task, ExecCase contract, RecordingBuildEngine engine, TemporaryTree tree)
    {
        var directory = tree.PathOf(contract.ProjectDirectory);
        engine.ProjectFileOfTaskNode = Path.Combine(directory, "the.csproj");
        task.BuildEngine = engine;
        task.TaskEnvironment = TaskEnvironment.CreateWithProjectDirectoryAndEnvironment(directory);
        foreach (var (name, value) in contract.Environment)
        {
            task.TaskEnvironment.SetEnvironmentVariable(name, value);
        }

        task.Command = contract.Command.Replace("{tree}", tree.Root, StringComparison.Ordinal);
        contract.With(task);
    }

    // A TaskEnvironment leaves its directory with the thread that made it, and a hanging task must not hang the suite.
    private static Exception? OnItsOwnThread(Action action, Action during, Action cancel)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.IsBackground = true;
        thread.Start();
        try
        {
            during();
            return thread.Join(Limit) ? failure : throw new TimeoutException($"the task was not done after {Limit}");
        }
        finally
        {
            if (thread.IsAlive)
            {
                cancel();
                thread.Join(Limit);
            }
        }
    }
}
