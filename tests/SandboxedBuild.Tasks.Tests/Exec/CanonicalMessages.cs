namespace SandboxedBuild.Tasks.Tests;

internal sealed class CanonicalMessages
{
    [Test]
    public void An_error_in_the_output_fails_a_command_that_exits_with_zero() => Both.Run("echo 'src/main.c(88,37): error AB1234: broken'").ShouldBe(
        """
        failed, exit code -1
        command: echo 'src/main.c(88,37): error AB1234: broken'
        error AB1234 at src/main.c(88,37): broken
        error MSB3077: The command "echo 'src/main.c(88,37): error AB1234: broken'" exited with return value 0, but errors were detected during execution. ExitCode was set to -1.
        """);

    [Test]
    public void An_error_in_the_output_keeps_the_exit_code_of_a_command_that_fails() => Both.Run("echo 'main.c: error AB1: broken'; exit 7").ShouldBe(
        """
        failed, exit code 7
        command: echo 'main.c: error AB1: broken'; exit 7
        error AB1 at main.c(0,0): broken
        error MSB3073: The command "echo 'main.c: error AB1: broken'; exit 7" exited with code 7.
        """);

    [Test]
    public void A_warning_in_the_output_is_one() => Both.Run("echo 'main.c(1): warning W1: odd' >&2").ShouldBe(
        """
        succeeded, exit code 0
        command: echo 'main.c(1): warning W1: odd' >&2
        warning W1 at main.c(1,0): odd
        """);

    [Test]
    public void They_are_plain_text_if_the_format_is_ignored() => Both.Run(
        "echo 'main.c(1): error E1: no'; echo 'main.c(1): warning W1: odd'",
        exec => exec.IgnoreStandardErrorWarningFormat = true).ShouldBe(
        """
        succeeded, exit code 0
        command: echo 'main.c(1): error E1: no'; echo 'main.c(1): warning W1: odd'
        High: main.c(1): error E1: no
        High: main.c(1): warning W1: odd
        """);

    [TestCase(true)]
    [TestCase(false)]
    public void Text_is_not_taken_for_a_format_string(bool ignored) => Both.Run(
        "echo '{ {0} }} %s'",
        exec => exec.IgnoreStandardErrorWarningFormat = ignored).ShouldBe(
        """
        succeeded, exit code 0
        command: echo '{ {0} }} %s'
        High: { {0} }} %s
        """);

    [Test]
    public void All_of_standard_error_can_be_errors() => Both.Run(
        "echo first >&2; echo 'main.c(1): warning W1: odd' >&2",
        exec =>
        {
            exec.LogStandardErrorAsError = true;
            exec.ConsoleToMSBuild = true;
        }).ShouldBe(
        """
        failed, exit code -1
        command: echo first >&2; echo 'main.c(1): warning W1: odd' >&2
        error: first
        error: main.c(1): warning W1: odd
        error MSB3077: The command "echo first >&2; echo 'main.c(1): warning W1: odd' >&2" exited with return value 0, but errors were detected during execution. ExitCode was set to -1.
        """);

    [Test]
    public void Standard_output_is_not_an_error_when_standard_error_is() => Both.Run(
        "echo fine",
        exec => exec.LogStandardErrorAsError = true).ShouldBe(
        """
        succeeded, exit code 0
        command: echo fine
        High: fine
        """);

    [Test]
    public void An_error_does_not_fail_the_task_if_the_exit_code_is_ignored() => Both.Run(
        "echo 'main.c(1): error E1: no'",
        exec => exec.IgnoreExitCode = true).ShouldBe(
        """
        succeeded, exit code -1
        command: echo 'main.c(1): error E1: no'
        error E1 at main.c(1,0): no
        Normal: The command "echo 'main.c(1): error E1: no'" exited with code -1.
        """);
}
