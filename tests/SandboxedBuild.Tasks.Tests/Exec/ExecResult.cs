using System.Globalization;
using System.Text;
using Microsoft.Build.Framework;

namespace SandboxedBuild.Tasks.Tests;

using Exec = Microsoft.Build.Tasks.Exec;

/// <summary>What came of a task, in values and as a transcript.</summary>
internal sealed class ExecResult(Exec task, bool succeeded, Exception? thrown, IReadOnlyList<BuildEventArgs> events, string root)
{
    /// <summary>The task itself, for its outputs.</summary>
    public Exec Task => task;

    public bool Succeeded => succeeded;

    /// <summary>What a project is given, which in ours is not what the base class has when the sandbox fails.</summary>
    public int ExitCode => task is SandboxedExec sandboxed ? sandboxed.ExitCode : task.ExitCode;

    public IReadOnlyList<BuildEventArgs> Events => events;

    public required TimeSpan Elapsed { get; init; }

    public required string TreeBefore { get; init; }

    public required string TreeAfter { get; init; }

    /// <summary>What the command wrote and was taken for plain text.</summary>
    public IEnumerable<string> Output =>
        events.OfType<BuildMessageEventArgs>()
            .Where(message => message is not TaskCommandLineEventArgs && !Transcripts.IsOfTheSandbox(message))
            .Select(message => message.Message ?? "");

    /// <summary>
    /// The outcome, each event in its order and each output, one line each; the tree's path shows as <c>{tree}</c>, the task's name
    /// as <c>{task}</c>. What a sandboxed step tells of itself stays out.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(succeeded ? "succeeded" : "failed")}, exit code {ExitCode}\n");
        foreach (var logged in events.Where(logged => !Transcripts.IsOfTheSandbox(logged)))
        {
            text.Append(Transcripts.Line(logged)).Append('\n');
        }

        foreach (var item in task.ConsoleOutput.Cast<ITaskItem2>())
        {
            text.Append("console output: ").Append(item.EvaluatedIncludeEscaped).Append('\n');
        }

        foreach (var item in task.Outputs.Cast<ITaskItem2>())
        {
            text.Append("output: ").Append(item.EvaluatedIncludeEscaped).Append('\n');
        }

        if (thrown is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"thrown: {thrown.GetType().Name}: {thrown.Message}\n");
        }

        text.Replace(root, "{tree}").Replace(task.GetType().FullName!, "{task}").Replace($"\"{task.GetType().Name}\" task", "\"Exec\" task");
        return Transcripts.WithoutScriptNames(text.ToString());
    }
}
