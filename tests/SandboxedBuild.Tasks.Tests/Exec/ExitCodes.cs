namespace SandboxedBuild.Tasks.Tests;

internal sealed class ExitCodes
{
    [Test]
    public void Zero_succeeds() => Both.Run("exit 0").ShouldBe(
        """
        succeeded, exit code 0
        command: exit 0
        """);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(42)]
    [TestCase(126)]
    [TestCase(255)]
    public void Another_fails_and_is_reported_as_it_is(int code) => Both.Run($"exit {code}").ShouldBe(
        $"""
        failed, exit code {code}
        command: exit {code}
        error MSB3073: The command "exit {code}" exited with code {code}.
        """);

    [Test]
    public void Five_is_taken_for_a_denied_access_as_on_Windows() => Both.Run("exit 5").ShouldBe(
        """
        failed, exit code 5
        command: exit 5
        error MSB3075: The command "exit 5" exited with code 5. Please verify that you have sufficient rights to run this command.
        """);

    [TestCase("KILL", 137)]
    [TestCase("TERM", 143)]
    [TestCase("INT", 130)]
    [TestCase("SEGV", 139)]
    public void A_signal_is_128_and_its_number(string signal, int code) => Both.Run($"kill -{signal} $$").ShouldBe(
        $"""
        failed, exit code {code}
        command: kill -{signal} $$
        error MSB3073: The command "kill -{signal} $$" exited with code {code}.
        """);

    [Test]
    public void A_command_that_does_not_exist_is_127() => Both.Run("no-such-command 2>/dev/null").ShouldBe(
        """
        failed, exit code 127
        command: no-such-command 2>/dev/null
        error MSB3073: The command "no-such-command 2>/dev/null" exited with code 127.
        """);

    [Test]
    public void A_file_that_is_not_executable_is_126() => Both.Run("./tool 2>/dev/null", tree: tree => tree["tool"] = "#!/bin/sh\n").ShouldBe(
        """
        failed, exit code 126
        command: ./tool 2>/dev/null
        error MSB3073: The command "./tool 2>/dev/null" exited with code 126.
        """);

    [Test]
    public void The_last_command_decides() => Both.Run("false; true").ShouldBe(
        """
        succeeded, exit code 0
        command: false; true
        """);

    [Test]
    public void An_ignored_one_is_a_message() => Both.Run("exit 3", exec => exec.IgnoreExitCode = true).ShouldBe(
        """
        succeeded, exit code 3
        command: exit 3
        Normal: The command "exit 3" exited with code 3.
        """);

    [Test]
    public void An_ignored_one_without_echo_is_not_even_a_message() => Both.Run(
        "exit 3",
        exec =>
        {
            exec.IgnoreExitCode = true;
            exec.EchoOff = true;
        }).ShouldBe("succeeded, exit code 3");

    [Test]
    public void An_ignored_one_keeps_what_the_command_wrote() => Both.Run(
        "echo kept > file; exit 3",
        exec => exec.IgnoreExitCode = true).ShouldBe(
        """
        succeeded, exit code 3
        command: echo kept > file; exit 3
        Normal: The command "echo kept > file; exit 3" exited with code 3.
        """);
}
