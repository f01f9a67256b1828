using Microsoft.Build.Framework;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Commands that do not end by themselves.</summary>
internal sealed class Endings
{
    private const int Enough = 2000;
    private const string WhatIsKilled = "the program that MSBuild started is the sandbox's";

    [Test]
    public void A_timeout_kills_the_command_and_fails() => Both.Run("echo begun; sleep 60", exec => exec.Timeout = Enough).ShouldDiffer(
            WhatIsKilled,
            """
            failed, exit code 137
            command: echo begun; sleep 60
            High: begun
            warning MSB5002: Terminating the task executable "sh" because it did not finish within the specified limit of 2000 milliseconds.
            """,
            """
            failed, exit code 137
            command: echo begun; sleep 60
            High: begun
            warning MSB5002: Terminating the task executable "bwrap" because it did not finish within the specified limit of 2000 milliseconds.
            """);

    [Test]
    public void A_timeout_fails_even_if_the_exit_code_is_ignored() => Both.Run(
        "sleep 60",
        exec =>
        {
            exec.Timeout = Enough;
            exec.IgnoreExitCode = true;
        }).ShouldDiffer(
            WhatIsKilled,
            """
            failed, exit code 137
            command: sleep 60
            warning MSB5002: Terminating the task executable "sh" because it did not finish within the specified limit of 2000 milliseconds.
            """,
            """
            failed, exit code 137
            command: sleep 60
            warning MSB5002: Terminating the task executable "bwrap" because it did not finish within the specified limit of 2000 milliseconds.
            """);

    [Test]
    public void A_timeout_that_is_not_reached_does_nothing() => Both.Run("echo quick", exec => exec.Timeout = 30_000).ShouldBe(
        """
        succeeded, exit code 0
        command: echo quick
        High: quick
        """);

    [Test]
    public void A_command_that_ignores_signals_is_killed_all_the_same() => Both.Run(
        "trap '' TERM INT HUP; sleep 60; sleep 60",
        exec => exec.Timeout = Enough).ShouldDiffer(
            WhatIsKilled,
            """
            failed, exit code 137
            command: trap '' TERM INT HUP; sleep 60; sleep 60
            warning MSB5002: Terminating the task executable "sh" because it did not finish within the specified limit of 2000 milliseconds.
            """,
            """
            failed, exit code 137
            command: trap '' TERM INT HUP; sleep 60; sleep 60
            warning MSB5002: Terminating the task executable "bwrap" because it did not finish within the specified limit of 2000 milliseconds.
            """);

    // The stock task kills the processes that are still below its own; a daemon is not, and survives. That none does here, nor a
    // mount or a state directory, is what ExecRun.Sandboxed asserts after every run.
    [TestCase("(setsid sleep 50 >/dev/null 2>&1 &)")]
    [TestCase("(setsid sh -c 'cd /; sleep 50 & exec env -i sleep 50' >/dev/null 2>&1 &)")]
    public void A_daemon_does_not_survive(string daemon)
    {
        var succeeding = ExecRun.Sandboxed(new ExecCase($"{daemon}; echo done"));
        var timedOut = ExecRun.Sandboxed(new ExecCase($"{daemon}; echo begun; sleep 60") { With = exec => exec.Timeout = Enough });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(succeeding.Succeeded, Is.True);
            Assert.That(timedOut.Succeeded, Is.False);
            Assert.That(timedOut.Output, Is.EqualTo(["begun"]));
        }
    }

    [Test]
    public void Cancelling_kills_the_command_and_fails() => Both.Run(new ExecCase("echo begun; sleep 60")
    {
        During = (exec, engine) =>
        {
            engine.WaitFor(logged => logged is BuildMessageEventArgs { Message: "begun" });
            exec.Cancel();
        },
    }).ShouldDiffer(
            WhatIsKilled,
            """
            failed, exit code 137
            command: echo begun; sleep 60
            High: begun
            warning MSB5021: Terminating the task executable "sh" and its child processes because the build was canceled.
            """,
            """
            failed, exit code 137
            command: echo begun; sleep 60
            High: begun
            warning MSB5021: Terminating the task executable "bwrap" and its child processes because the build was canceled.
            """);

    [Test]
    public void What_was_written_before_a_timeout_is_not_committed()
    {
        var both = Both.Run("echo half > file; sleep 60", exec => exec.Timeout = Enough);
        Assert.That(both.Sandboxed.TreeAfter, Is.EqualTo(both.Sandboxed.TreeBefore));
    }
}
