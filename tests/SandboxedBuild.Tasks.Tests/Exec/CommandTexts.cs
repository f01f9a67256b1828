namespace SandboxedBuild.Tasks.Tests;

internal sealed class CommandTexts
{
    [TestCase("")]
    [TestCase("   ")]
    [TestCase("\n\t\n")]
    public void A_blank_one_is_an_error(string command) => Both.Run(command).ShouldBe(
        """
        failed, exit code 0
        error MSB3072: The "Exec" task needs a command to execute.
        error MSB6011: Invalid parameters passed to the {task} task.
        """);

    [Test]
    public void It_may_have_several_lines() => Both.Run("echo one\n\n# a comment\nfor n in two three; do\n  echo $n\ndone\n").ShouldBe(
        """
        succeeded, exit code 0
        command: echo one

        # a comment
        for n in two three; do
          echo $n
        done

        High: one
        High: two
        High: three
        """);

    [Test]
    public void Its_lines_may_end_as_on_Windows() => Both.Run("echo one\r\necho two\\\r\n three\r\n").ShouldBe(
        """
        succeeded, exit code 0
        command: echo one
        echo two\
         three

        High: one
        High: two three
        """);

    [TestCase(@"echo 'single "" \ $HOME `x` !'", @"single "" \ $HOME `x` !")]
    [TestCase(@"echo ""double ' \$ \\ x""", @"double ' $ \ x")]
    [TestCase(@"printf %s a\ b\\c", @"a b\c")]
    [TestCase("echo '%PATH% %3b %%'", "%PATH% %3b %%")]
    [TestCase("echo '$(Property) @(Item) %(Meta) ;'", "$(Property) @(Item) %(Meta) ;")]
    [TestCase("echo '{0} {1'", "{0} {1")]
    [TestCase("echo '<a & b> | c^'", "<a & b> | c^")]
    [TestCase("echo größe 🦊 日本", "größe 🦊 日本")]
    [TestCase("echo 'tab\there'", "tab\there")]
    [TestCase("echo \"$(echo nested '$(x)')\"", "nested $(x)")]
    [TestCase("echo one; : '--'; echo -- >/dev/null", "one")]
    public void It_is_the_shells_as_it_stands(string command, string output) => Both.Run(command).ShouldBe(
        $"""
        succeeded, exit code 0
        command: {command}
        High: {output}
        """);

    [Test]
    public void A_backslash_is_not_taken_for_a_slash() => Both.Run(@"cat 'dir\file'", tree: tree => tree[@"dir\file"] = "found\n").ShouldBe(
        """
        succeeded, exit code 0
        command: cat 'dir\file'
        High: found
        """);

    [Test]
    public void It_may_have_a_here_document() => Both.Run("cat <<'END'\n$as it is\nEND\n").ShouldBe(
        """
        succeeded, exit code 0
        command: cat <<'END'
        $as it is
        END

        High: $as it is
        """);

    [Test]
    public void It_may_be_longer_than_any_argument_may_be()
    {
        var command = $"x='{new string('x', 3_000_000)}'; echo ${{#x}}";
        var both = Both.Run(command, exec => exec.EchoOff = true);
        both.ShouldBe(
            """
            succeeded, exit code 0
            High: 3000000
            """);
    }

    [Test]
    public void It_may_have_very_many_lines() => Both.Run(
        string.Concat(Enumerable.Repeat("n=$((n+1))\n", 20_000)) + "echo $n",
        exec => exec.EchoOff = true).ShouldBe(
        """
        succeeded, exit code 0
        High: 20000
        """);

    [Test]
    public void What_the_shell_cannot_read_is_2() => Both.Run("true\necho 'no end").ShouldBe(
        """
        failed, exit code 2
        command: true
        echo 'no end
        High: /usr/bin/sh: 4: {script}: Syntax error: Unterminated quoted string
        error MSB3073: The command "true
        echo 'no end" exited with code 2.
        """);

    [Test]
    public void It_is_not_shown_without_echo() => Both.Run("echo said", exec => exec.EchoOff = true).ShouldBe(
        """
        succeeded, exit code 0
        High: said
        """);

    [Test]
    public void It_is_not_shown_without_echo_when_it_fails_either() => Both.Run("echo secret >/dev/null; exit 4", exec => exec.EchoOff = true).ShouldBe(
        """
        failed, exit code 4
        error MSB3073: The command "..." exited with code 4.
        """);

    [Test]
    public void It_is_not_shown_without_echo_when_it_logs_an_error_either() => Both.Run("echo 'a.c: error E1: no'", exec => exec.EchoOff = true).ShouldBe(
        """
        failed, exit code -1
        error E1 at a.c(0,0): no
        error MSB3077: The command "..." exited with return value 0, but errors were detected during execution. ExitCode was set to -1.
        """);
}
