namespace SandboxedBuild.Tasks.Tests;

internal sealed class ShellSemantics
{
    [Test]
    public void A_failing_line_does_not_stop_the_next_one() => Both.Run("false\necho next").ShouldBe(
        """
        succeeded, exit code 0
        command: false
        echo next
        High: next
        """);

    [Test]
    public void Unless_the_command_says_so() => Both.Run("set -e\necho before\n(exit 6)\necho never").ShouldBe(
        """
        failed, exit code 6
        command: set -e
        echo before
        (exit 6)
        echo never
        High: before
        error MSB3073: The command "set -e
        echo before
        (exit 6)
        echo never" exited with code 6.
        """);

    [Test]
    public void Exit_in_the_middle_ends_the_command() => Both.Run("echo before; exit 0; echo never").ShouldBe(
        """
        succeeded, exit code 0
        command: echo before; exit 0; echo never
        High: before
        """);

    [Test]
    public void Traps_and_functions_work() => Both.Run("bye() { echo bye; }; trap bye EXIT; exit 3", exec => exec.IgnoreExitCode = true).ShouldBe(
        """
        succeeded, exit code 3
        command: bye() { echo bye; }; trap bye EXIT; exit 3
        High: bye
        Normal: The command "bye() { echo bye; }; trap bye EXIT; exit 3" exited with code 3.
        """);

    [Test]
    public void Variables_do_not_reach_the_build()
    {
        Both.Run("export LEAKED_FROM_A_COMMAND=1").ShouldBe(
            """
            succeeded, exit code 0
            command: export LEAKED_FROM_A_COMMAND=1
            """);
        Assert.That(Environment.GetEnvironmentVariable("LEAKED_FROM_A_COMMAND"), Is.Null);
    }

    [Test]
    public void The_shell_has_no_arguments() => Both.Run("echo \"$# $-\"").ShouldAgree();

    [Test]
    public void The_shell_is_sh_whatever_the_first_line_says() => Both.Run("#!/bin/bash\necho \"bash:${BASH_VERSION-none}\"").ShouldBe(
        """
        succeeded, exit code 0
        command: #!/bin/bash
        echo "bash:${BASH_VERSION-none}"
        High: bash:none
        """);

    [Test]
    public void The_user_is_the_same() => Both.Run("id -u; id -g; id -un 2>/dev/null || echo nameless").ShouldAgree();

    [Test]
    public void The_umask_is_the_builds() => Both.Run("umask; echo > file; mkdir directory; chmod 700 directory").ShouldAgree();

    [Test]
    public void A_writer_to_a_closed_pipe_is_ended_by_its_signal() => Both.Run("(yes; echo $? > code) 2>/dev/null | head -n 1; cat code").ShouldAgree();

    [Test]
    public void Signals_are_not_ignored() => Both.Run("grep -E '^Sig(Ign|Blk)' /proc/self/status").ShouldAgree();

    [Test]
    public void Limits_are_the_builds() => Both.Run("ulimit -a").ShouldAgree();

    [Test]
    public void A_script_of_the_project_can_be_sourced_and_run() => Both.Run(
        ". ./define.sh; ./run.sh",
        tree: tree =>
        {
            tree["define.sh"] = "export GREETING=hello\n";
            tree["run.sh"] = TestKit.TreeEntry.File("#!/bin/sh\necho \"$GREETING from $0\"\n", "755");
        }).ShouldBe(
        """
        succeeded, exit code 0
        command: . ./define.sh; ./run.sh
        High: hello from ./run.sh
        """);
}
