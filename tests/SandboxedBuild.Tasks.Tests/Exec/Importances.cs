namespace SandboxedBuild.Tasks.Tests;

internal sealed class Importances
{
    [TestCase("low", "Low")]
    [TestCase("NORMAL", "Normal")]
    [TestCase("High", "High")]
    [TestCase("", "High")]
    public void That_of_standard_output_can_be_set(string parameter, string importance) => Both.Run(
        "echo out",
        exec => exec.StandardOutputImportance = parameter).ShouldBe(
        $"""
        succeeded, exit code 0
        command: echo out
        {importance}: out
        """);

    [TestCase("low", "Low")]
    [TestCase("NORMAL", "Normal")]
    [TestCase("High", "High")]
    [TestCase("", "High")]
    public void That_of_standard_error_can_be_set(string parameter, string importance) => Both.Run(
        "echo err >&2",
        exec => exec.StandardErrorImportance = parameter).ShouldBe(
        $"""
        succeeded, exit code 0
        command: echo err >&2
        {importance}: err
        """);

    // MSBuild 18.9 means to log MSB3511 but throws, because it asks for the text under a wrong name.
    [Test]
    public void Another_value_for_standard_output_stops_the_task() =>
        Both.Run("echo > ran", exec => exec.StandardOutputImportance = "huge").ShouldAgreeOnNotRunning();

    [Test]
    public void Another_value_for_standard_error_stops_the_task() =>
        Both.Run("echo > ran", exec => exec.StandardErrorImportance = "huge").ShouldAgreeOnNotRunning();
}
