namespace SandboxedBuild.Tasks.Tests;

internal sealed class EnvironmentVariablesParameter
{
    [Test]
    public void Its_variables_reach_the_command_and_the_log() => Both.Run(
        "echo \"$FIRST+$SECOND\"",
        exec => exec.EnvironmentVariables = ["FIRST=one", "SECOND=two three"]).ShouldBe(
        """
        succeeded, exit code 0
        Low: Environment Variables passed to tool:
        Low:   FIRST=one
        Low:   SECOND=two three
        command: echo "$FIRST+$SECOND"
        High: one+two three
        """);

    [Test]
    public void A_value_may_be_empty() => Both.Run(
        "echo \"${EMPTY-unset}${EMPTY:-empty}\"",
        exec => exec.EnvironmentVariables = ["EMPTY="]).ShouldBe(
        """
        succeeded, exit code 0
        Low: Environment Variables passed to tool:
        Low:   EMPTY=
        command: echo "${EMPTY-unset}${EMPTY:-empty}"
        High: empty
        """);

    [Test]
    public void A_value_may_hold_any_character()
    {
        const string value = "a=b;c 'd' \"e\" $f `g` \\h %i% {0} ü🦊\ttab\nnewline";
        Both.Run("printf %s \"$ODD\"", exec => exec.EnvironmentVariables = ["ODD=" + value]).ShouldBe(
            $$"""
            succeeded, exit code 0
            Low: Environment Variables passed to tool:
            Low:   ODD={{value}}
            command: printf %s "$ODD"
            High: {{value.Replace("\n", "\nHigh: ", StringComparison.Ordinal)}}
            """);
    }

    [Test]
    public void The_last_value_of_a_name_wins() => Both.Run(
        "echo $TWICE",
        exec => exec.EnvironmentVariables = ["TWICE=first", "TWICE=second"]).ShouldBe(
        """
        succeeded, exit code 0
        Low: Environment Variables passed to tool:
        Low:   TWICE=first
        Low:   TWICE=second
        command: echo $TWICE
        High: second
        """);

    [Test]
    public void Names_may_look_like_secrets() => Both.Run(
        "echo $UPLOAD_TOKEN",
        exec => exec.EnvironmentVariables = ["UPLOAD_TOKEN=given on purpose"]).ShouldBe(
        """
        succeeded, exit code 0
        Low: Environment Variables passed to tool:
        Low:   UPLOAD_TOKEN=given on purpose
        command: echo $UPLOAD_TOKEN
        High: given on purpose
        """);

    [TestCase("PATH", "/usr/bin:/bin:/opt/nowhere")]
    [TestCase("LANG", "C")]
    [TestCase("TMPDIR", "/usr")]
    [TestCase("HOME", "/usr")]
    public void It_overrides_what_the_build_has(string name, string value) => Both.Run(
        $"echo ${name}",
        exec => exec.EnvironmentVariables = [$"{name}={value}"]).ShouldBe(
        $"""
        succeeded, exit code 0
        Low: Environment Variables passed to tool:
        Low:   {name}={value}
        command: echo ${name}
        High: {value}
        """);

    [TestCase("NAMEONLY", "NAMEONLY")]
    [TestCase("=value", "")]
    [TestCase("", "")]
    public void A_malformed_one_stops_the_task(string entry, string shown) => Both.Run(
        "echo > ran",
        exec => exec.EnvironmentVariables = ["FINE=1", entry]).ShouldBe(
        $"""
        failed, exit code 0
        error MSB6007: The "{shown}" value passed to the Environment property is not in the format "name=value", where the value part may be empty.
        """);

    [Test]
    public void None_logs_nothing() => Both.Run("true", exec => exec.EnvironmentVariables = []).ShouldBe(
        """
        succeeded, exit code 0
        command: true
        """);
}
