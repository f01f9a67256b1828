using Microsoft.Build.Framework;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Under <c>dotnet build -mt</c>, a task's directory and variables are not those of the process.</summary>
internal sealed class TaskEnvironments
{
    [Test]
    public void Variables_are_those_of_the_task() => Both.Run(new ExecCase("echo $DOTNET_ONLY_IN_THE_TASK")
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ONLY_IN_THE_TASK"] = "yes" },
    }).ShouldBe(
        """
        succeeded, exit code 0
        command: echo $DOTNET_ONLY_IN_THE_TASK
        High: yes
        """);

    [Test]
    public void PATH_is_that_of_the_task() => Both.Run(new ExecCase("tool")
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "tools:/usr/bin:/bin" },
        Tree = tree => tree["tools/tool"] = TestKit.TreeEntry.File("#!/bin/sh\necho found\n", "755"),
    }).ShouldBe(
        """
        succeeded, exit code 0
        command: tool
        High: found
        """);

    [Test]
    public void Outside_of_it_the_process_decides() => Both.Run(
        "pwd",
        exec =>
        {
            exec.WorkingDirectory = exec.TaskEnvironment.ProjectDirectory;
            exec.TaskEnvironment = TaskEnvironment.Fallback;
        }).ShouldBe(
        """
        succeeded, exit code 0
        command: pwd
        High: {tree}
        """);

    [TestCase(true, "Yield Reacquire")]
    [TestCase(false, "")]
    public void The_node_is_yielded_if_asked_for(bool asked, string turns)
    {
        var seen = new List<string>();
        Both.Run(new ExecCase("true")
        {
            With = exec => exec.YieldDuringToolExecution = asked,
            After = engine => seen.Add(string.Join(' ', engine.Turns)),
        });
        Assert.That(seen, Is.EqualTo([turns, turns]));
    }

    [Test]
    public void A_build_that_only_asks_whether_it_is_up_to_date_runs_nothing() => Both.Run(
        "echo > ran",
        exec => ((IIncrementalTask)exec).FailIfNotIncremental = true).ShouldAgree();
}
