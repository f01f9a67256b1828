namespace SandboxedBuild.Tasks.Tests;

internal sealed class RegularExpressions
{
    [Test]
    public void A_line_that_matches_the_one_for_errors_is_an_error() => Both.Run(
        "echo all is well; echo BOOM: it broke",
        exec => exec.CustomErrorRegularExpression = "^BOOM").ShouldBe(
        """
        failed, exit code -1
        command: echo all is well; echo BOOM: it broke
        High: all is well
        error: BOOM: it broke
        error MSB3077: The command "echo all is well; echo BOOM: it broke" exited with return value 0, but errors were detected during execution. ExitCode was set to -1.
        """);

    [Test]
    public void A_line_that_matches_the_one_for_warnings_is_a_warning() => Both.Run(
        "echo HMM: odd; echo HMM: odder",
        exec => exec.CustomWarningRegularExpression = "^HMM: odd$").ShouldBe(
        """
        succeeded, exit code 0
        command: echo HMM: odd; echo HMM: odder
        warning: HMM: odd
        High: HMM: odder
        """);

    [Test]
    public void A_line_that_matches_both_is_an_error_alone() => Both.Run(
        "echo YES and NO",
        exec =>
        {
            exec.CustomErrorRegularExpression = "YES";
            exec.CustomWarningRegularExpression = "NO";
            exec.IgnoreExitCode = true;
        }).ShouldBe(
        """
        succeeded, exit code -1
        command: echo YES and NO
        error: YES and NO
        Normal: The command "echo YES and NO" exited with code -1.
        """);

    [Test]
    public void One_that_matches_a_canonical_error_is_logged_once() => Both.Run(
        "echo 'main.c(3,1): error E1: no'",
        exec => exec.CustomErrorRegularExpression = "error E1").ShouldBe(
        """
        failed, exit code -1
        command: echo 'main.c(3,1): error E1: no'
        error: main.c(3,1): error E1: no
        error MSB3077: The command "echo 'main.c(3,1): error E1: no'" exited with return value 0, but errors were detected during execution. ExitCode was set to -1.
        """);

    [Test]
    public void They_work_beside_canonical_errors() => Both.Run(
        "echo 'main.c(3,1): error E1: no'; echo BOOM",
        exec =>
        {
            exec.CustomErrorRegularExpression = "BOOM";
            exec.IgnoreExitCode = true;
        }).ShouldBe(
        """
        succeeded, exit code -1
        command: echo 'main.c(3,1): error E1: no'; echo BOOM
        error E1 at main.c(3,1): no
        error: BOOM
        Normal: The command "echo 'main.c(3,1): error E1: no'; echo BOOM" exited with code -1.
        """);

    [Test]
    public void Invalid_ones_are_one_error_each_and_the_command_goes_on() => Both.Run(
        "echo one; echo two; echo three",
        exec =>
        {
            exec.CustomErrorRegularExpression = "(";
            exec.CustomWarningRegularExpression = "[";
        }).ShouldBe(
        """
        failed, exit code -1
        command: echo one; echo two; echo three
        error MSB3076: The regular expression "(" that was supplied is invalid. …
        error MSB3076: The regular expression "[" that was supplied is invalid. …
        High: one
        High: two
        High: three
        error MSB3077: The command "echo one; echo two; echo three" exited with return value 0, but errors were detected during execution. ExitCode was set to -1.
        """);

    [Test]
    public void An_invalid_one_is_not_looked_at_when_there_is_no_output() => Both.Run(
        "true",
        exec => exec.CustomErrorRegularExpression = "(").ShouldBe(
        """
        succeeded, exit code 0
        command: true
        """);
}
