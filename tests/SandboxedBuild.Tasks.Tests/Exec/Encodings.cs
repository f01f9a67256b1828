namespace SandboxedBuild.Tasks.Tests;

internal sealed class Encodings
{
    [Test]
    public void Output_is_UTF8_by_default() => Both.Run(@"printf '\303\244 \342\202\254 \360\237\246\212\n'").ShouldBe(
        """
        succeeded, exit code 0
        command: printf '\303\244 \342\202\254 \360\237\246\212\n'
        High: ä € 🦊
        """);

    [Test]
    public void Bytes_that_are_not_in_the_encoding_show_as_replacements() => Both.Run(@"printf 'a\377b\n'").ShouldBe(
        """
        succeeded, exit code 0
        command: printf 'a\377b\n'
        High: a�b
        """);

    [Test]
    public void That_of_standard_output_can_be_set() => Both.Run(
        @"printf 'gr\374n\n'",
        exec => exec.StdOutEncoding = "iso-8859-1").ShouldBe(
        """
        succeeded, exit code 0
        command: printf 'gr\374n\n'
        High: grün
        """);

    [Test]
    public void That_of_standard_error_can_be_set() => Both.Run(
        @"printf 'g\0r\0\374\0n\0\n\0' >&2",
        exec => exec.StdErrEncoding = "utf-16").ShouldBe(
        """
        succeeded, exit code 0
        command: printf 'g\0r\0\374\0n\0\n\0' >&2
        High: grün
        """);

    [Test]
    public void An_unknown_one_for_standard_output_stops_the_task() => Both.Run(
        "echo > ran",
        exec => exec.StdOutEncoding = "klingon").ShouldBe(
        """
        failed, exit code 0
        error MSB3098: "Exec" task received an invalid value for the "StdOutEncoding" parameter.
        error MSB6011: Invalid parameters passed to the {task} task.
        """);

    [Test]
    public void An_unknown_one_for_standard_error_stops_the_task() => Both.Run(
        "echo > ran",
        exec => exec.StdErrEncoding = "klingon").ShouldBe(
        """
        failed, exit code 0
        error MSB3098: "Exec" task received an invalid value for the "StdErrEncoding" parameter.
        error MSB6011: Invalid parameters passed to the {task} task.
        """);

    [Test]
    public void They_are_outputs_by_their_names()
    {
        var both = Both.Run(
            "true",
            exec =>
            {
                exec.StdOutEncoding = "iso-8859-1";
                exec.StdErrEncoding = "us-ascii";
            });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(both.Sandboxed.Task.StdOutEncoding, Is.EqualTo(both.Stock.Task.StdOutEncoding).And.Contains("Western European"));
            Assert.That(both.Sandboxed.Task.StdErrEncoding, Is.EqualTo(both.Stock.Task.StdErrEncoding).And.Contains("ASCII"));
        }
    }

    [TestCase("Always")]
    [TestCase("Never")]
    [TestCase("Detect")]
    public void A_command_is_UTF8_whatever_is_said_about_batch_files(string parameter) => Both.Run(
        "echo größer | wc -c",
        exec => exec.UseUtf8Encoding = parameter).ShouldBe(
        """
        succeeded, exit code 0
        command: echo größer | wc -c
        High: 9
        """);
}
