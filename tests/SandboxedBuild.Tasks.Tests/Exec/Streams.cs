namespace SandboxedBuild.Tasks.Tests;

internal sealed class Streams
{
    [Test]
    public void Output_without_a_newline_at_its_end_is_a_line() => Both.Run("printf 'no newline'").ShouldBe(
        """
        succeeded, exit code 0
        command: printf 'no newline'
        High: no newline
        """);

    [Test]
    public void A_blank_line_is_logged() => Both.Run("echo; echo").ShouldBe(
        """
        succeeded, exit code 0
        command: echo; echo
        High: 
        High: 
        """);

    [Test]
    public void A_carriage_return_ends_a_line_too() => Both.Run(@"printf 'dos\r\nmac\runix\n'").ShouldBe(
        """
        succeeded, exit code 0
        command: printf 'dos\r\nmac\runix\n'
        High: dos
        High: mac
        High: unix
        """);

    [Test]
    public void Standard_error_is_logged_like_standard_output() => Both.Run("echo oops >&2").ShouldBe(
        """
        succeeded, exit code 0
        command: echo oops >&2
        High: oops
        """);

    [Test]
    public void A_line_may_be_very_long()
    {
        var both = Both.Run("head -c 1000000 /dev/zero | tr '\\0' x");
        Assert.That(both.Sandboxed.Output, Is.EqualTo(both.Stock.Output).And.EqualTo(new[] { new string('x', 1_000_000) }));
    }

    [Test]
    public void Both_streams_may_be_full_at_once()
    {
        var both = Both.Run("(seq 1 20000 >&2) & seq 1 20000; wait", exec => exec.StandardErrorImportance = "Low");
        var sorted = both.Sandboxed.Output.Order(StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(both.Sandboxed.Output.Count(), Is.EqualTo(40_000));
            Assert.That(sorted, Is.EqualTo(both.Stock.Output.Order(StringComparer.Ordinal)));
        }
    }

    [Test]
    public void Standard_input_is_empty()
    {
        // The stock task hands on whatever the build has: a terminal or pipe on which the command waits for ever.
        var inherited = new FileInfo("/proc/self/fd/0").LinkTarget;
        var both = Both.Run("readlink /proc/$$/fd/0");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(both.Stock.Output, Is.EqualTo([inherited]));
            Assert.That(both.Sandboxed.Output, Is.EqualTo(["/dev/null"]));
        }
    }

    [Test]
    public void A_command_that_reads_what_it_was_given_ends()
    {
        var result = ExecRun.Sandboxed(new ExecCase("cat; read line; echo \"$?\""));
        Assert.That(result.ToString(), Transcripts.Match(
            """
            succeeded, exit code 0
            command: cat; read line; echo "$?"
            High: 1
            """));
    }

    [Test]
    public void No_other_descriptor_is_open()
    {
        // The shell itself opens the script.
        var result = ExecRun.Sandboxed(new ExecCase("for fd in /proc/$$/fd/*; do readlink $fd; done"));
        Assert.That(
            result.Output.Where(target => target != "/dev/null" && !target.StartsWith("pipe:", StringComparison.Ordinal) && !target.EndsWith(".exec.cmd", StringComparison.Ordinal)),
            Is.Empty);
    }

    [Test]
    public void A_child_in_the_background_does_not_hold_the_step_up()
    {
        var both = Both.Run("sleep 8 & echo started");
        using (Assert.EnterMultipleScope())
        {
            both.ShouldBe(
                """
                succeeded, exit code 0
                command: sleep 8 & echo started
                High: started
                """);

            // The stock task waits until nobody holds the pipe, thirty seconds at most. A sandbox ends with its command.
            Assert.That(both.Stock.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(7.8)));
            Assert.That(both.Sandboxed.Elapsed, Is.LessThan(TimeSpan.FromSeconds(7.8)));
        }
    }
}
