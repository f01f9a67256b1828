using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>The shell can be another program.</summary>
internal sealed class Tools
{
    [Test]
    public void One_in_PATH() => Both.Run("echo ${BASH_VERSION:+bash}", exec => exec.ToolExe = "bash").ShouldBe(
        """
        succeeded, exit code 0
        command: echo ${BASH_VERSION:+bash}
        High: bash
        """);

    [Test]
    public void One_in_a_directory() => Both.Run(
        "echo ${BASH_VERSION:+bash}",
        exec =>
        {
            exec.ToolPath = "/bin";
            exec.ToolExe = "bash";
        }).ShouldBe(
        """
        succeeded, exit code 0
        command: echo ${BASH_VERSION:+bash}
        High: bash
        """);

    [Test]
    public void One_of_the_project() => Both.Run(
        "anything",
        exec =>
        {
            exec.ToolPath = exec.TaskEnvironment.GetAbsolutePath("tools");
            exec.ToolExe = "mysh";
        },
        tree => tree["tools/mysh"] = TreeEntry.File("#!/bin/sh\necho \"mine: $# $1\"\n", "755")).ShouldBe(
        """
        succeeded, exit code 0
        command: anything
        High: mine: 2 -c
        """);

    [Test]
    public void One_that_is_missing_is_an_error() => Both.Run("echo > ran", exec => exec.ToolPath = "/nowhere").ShouldBe(
        """
        failed, exit code 0
        error MSB6004: The specified task executable location "/nowhere/sh" is invalid.
        """);
}
