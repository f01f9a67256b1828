using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

internal sealed class WorkingDirectories
{
    [Test]
    public void It_is_the_projects_by_default() => Both.Run(new ExecCase("pwd; echo $PWD")
    {
        ProjectDirectory = "src/app",
        Tree = tree => tree["src/app/a.c"] = "",
    }).ShouldBe(
        """
        succeeded, exit code 0
        command: pwd; echo $PWD
        High: {tree}/src/app
        High: {tree}/src/app
        """);

    [Test]
    public void A_relative_one_is_below_the_projects() => Both.Run(new ExecCase("pwd; echo here > file")
    {
        ProjectDirectory = "src/app",
        Tree = tree => tree["src/lib/a.c"] = tree["src/app/a.c"] = "",
        With = exec => exec.WorkingDirectory = "../lib",
    }).ShouldBe(
        """
        succeeded, exit code 0
        command: pwd; echo here > file
        High: {tree}/src/lib
        """);

    [Test]
    public void An_absolute_one_is_taken_as_it_is() => Both.Run("pwd", exec => exec.WorkingDirectory = "/usr/lib").ShouldBe(
        """
        succeeded, exit code 0
        command: pwd
        High: /usr/lib
        """);

    [Test]
    public void An_empty_one_is_the_projects() => Both.Run("pwd", exec => exec.WorkingDirectory = "").ShouldBe(
        """
        succeeded, exit code 0
        command: pwd
        High: {tree}
        """);

    [TestCase("a directory with spaces")]
    [TestCase("quote's \"double\" $dollar `tick` \\back *?[x] {} ~ ; & | < > ( ) #")]
    [TestCase("größe-🦊")]
    [TestCase("-n")]
    [TestCase("colon:comma,equals=")]
    public void It_may_have_any_name(string name) => Both.Run(
        "pwd; echo here > file",
        exec => exec.WorkingDirectory = name,
        tree => tree[name] = TreeEntry.Directory()).ShouldBe(
        $$"""
        succeeded, exit code 0
        command: pwd; echo here > file
        High: {tree}/{{name}}
        """);

    [Test]
    public void A_symbolic_link_leads_to_its_target() => Both.Run(
        "pwd -P; echo here > file",
        exec => exec.WorkingDirectory = "link",
        tree =>
        {
            tree["target"] = TreeEntry.Directory();
            tree["link"] = TreeEntry.SymbolicLink("target");
        }).ShouldBe(
        """
        succeeded, exit code 0
        command: pwd -P; echo here > file
        High: {tree}/target
        """);

    [Test]
    public void A_missing_one_stops_the_task() => Both.Run("echo > ran", exec => exec.WorkingDirectory = "missing").ShouldBe(
        """
        failed, exit code 0
        command: echo > ran
        error MSB6003: The specified task executable "sh" could not be run. System.IO.DirectoryNotFoundException: The working directory "missing" does not exist.
        …
        """);

    [Test]
    public void A_file_is_not_one() => Both.Run("echo > ran", exec => exec.WorkingDirectory = "file", tree => tree["file"] = "").ShouldBe(
        """
        failed, exit code 0
        command: echo > ran
        error MSB6003: The specified task executable "sh" could not be run. System.IO.DirectoryNotFoundException: The working directory "file" does not exist.
        …
        """);

    [Test]
    public void Changing_it_in_a_command_changes_nothing_else()
    {
        var current = Environment.CurrentDirectory;
        Both.Run("cd /; pwd").ShouldBe(
            """
            succeeded, exit code 0
            command: cd /; pwd
            High: /
            """);
        Assert.That(Environment.CurrentDirectory, Is.EqualTo(current));
    }
}
