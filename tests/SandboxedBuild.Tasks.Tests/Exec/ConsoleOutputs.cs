using Microsoft.Build.Utilities;

namespace SandboxedBuild.Tasks.Tests;

internal sealed class ConsoleOutputs
{
    [Test]
    public void There_is_none_unless_it_is_asked_for()
    {
        var both = Both.Run("echo text");
        both.ShouldBe(
            """
            succeeded, exit code 0
            command: echo text
            High: text
            """);
        Assert.That(both.Sandboxed.Task.ConsoleOutput, Is.Empty);
    }

    [Test]
    public void It_has_both_streams_and_is_logged_all_the_same()
    {
        // Each stream has a reader of its own: which of two lines is read first, nobody can say.
        var both = Both.Run("echo out; echo err >&2", exec => exec.ConsoleToMSBuild = true);
        string[] lines = ["succeeded, exit code 0", "command: echo out; echo err >&2", "High: out", "High: err", "console output: out", "console output: err"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(both.Stock.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(lines));
            Assert.That(both.Sandboxed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(lines));
        }
    }

    [Test]
    public void Space_is_trimmed_at_the_end_only_and_blank_lines_are_dropped() => Both.Run(
        @"printf '  indented\t\n\n   \ntrailing   \n\tlast'",
        exec => exec.ConsoleToMSBuild = true).ShouldBe(
        """
        succeeded, exit code 0
        command: printf '  indented\t\n\n   \ntrailing   \n\tlast'
        High:   indented	
        High: 
        High:    
        High: trailing   
        High: 	last
        console output:   indented
        console output: trailing
        console output: 	last
        """);

    [Test]
    public void Characters_that_MSBuild_takes_for_its_own_are_escaped() => Both.Run(
        "echo '$(A) @(B) %(C) a;b *.cs wh?t %3b'",
        exec => exec.ConsoleToMSBuild = true).ShouldBe(
        """
        succeeded, exit code 0
        command: echo '$(A) @(B) %(C) a;b *.cs wh?t %3b'
        High: $(A) @(B) %(C) a;b *.cs wh?t %3b
        console output: %24%28A%29 %40%28B%29 %25%28C%29 a%3bb %2a.cs wh%3ft %253b
        """);

    [Test]
    public void Lines_keep_their_order()
    {
        var both = Both.Run("seq 1 5000", exec => exec.ConsoleToMSBuild = true);
        var expected = Enumerable.Range(1, 5000).Select(number => $"{number}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(both.Stock.Task.ConsoleOutput.Select(item => item.ItemSpec), Is.EqualTo(expected));
            Assert.That(both.Sandboxed.Task.ConsoleOutput.Select(item => item.ItemSpec), Is.EqualTo(expected));
            Assert.That(both.Sandboxed.Output, Is.EqualTo(expected));
        }
    }

    [Test]
    public void It_has_what_was_taken_for_errors_too() => Both.Run(
        "echo 'main.c(1): error E1: no'",
        exec =>
        {
            exec.ConsoleToMSBuild = true;
            exec.IgnoreExitCode = true;
        }).ShouldBe(
        """
        succeeded, exit code -1
        command: echo 'main.c(1): error E1: no'
        error E1 at main.c(1,0): no
        Normal: The command "echo 'main.c(1): error E1: no'" exited with code -1.
        console output: main.c%281%29: error E1: no
        """);

    [Test]
    public void It_is_kept_of_a_command_that_fails() => Both.Run(
        "echo so far; exit 9",
        exec => exec.ConsoleToMSBuild = true).ShouldBe(
        """
        failed, exit code 9
        command: echo so far; exit 9
        High: so far
        error MSB3073: The command "echo so far; exit 9" exited with code 9.
        console output: so far
        """);

    [Test]
    public void Outputs_are_handed_through() => Both.Run(
        "true",
        exec => exec.Outputs = [Item("bin/a.txt"), Item("bin/b%3bc.txt")]).ShouldBe(
        """
        succeeded, exit code 0
        command: true
        output: bin/a.txt
        output: bin/b%3bc.txt
        """);

    [Test]
    public void Outputs_are_handed_through_of_a_command_that_fails() => Both.Run(
        "exit 1",
        exec => exec.Outputs = [Item("bin/a.txt")]).ShouldBe(
        """
        failed, exit code 1
        command: exit 1
        error MSB3073: The command "exit 1" exited with code 1.
        output: bin/a.txt
        """);

    private static TaskItem Item(string include) => new(include);
}
