namespace SandboxedBuild.Tool.Tests;

/// <summary><c>run --trace</c>: what the sandbox refused to a command, and what to type.</summary>
[Category("AnyUser")]
internal sealed class TraceTests
{
    private const string Silent = "echo kept > made; touch /usr/made-by-a-command 2> /dev/null; exit 3";

    [TestCase("--trace", "always", false)]
    [TestCase("--trace", "on-failure", true)]
    [TestCase("--trace", "OnFailure", true)]
    public void What_a_command_keeps_to_itself_is_told_in_the_words_of_run(string option, string mode, bool again)
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--commit", option, mode, "--", "sh", "-c", Silent).ShouldExitWith(3);
        Assert.That(answer.Error, Does.Contain("error SBX3030: the sandbox refused a write: /usr/made-by-a-command is read-only for the command, or not there.").And.Contain("Write below a root instead, or to $TMPDIR").And.Not.Contain("$(IntermediateOutputPath)").And.Not.Contain("<SandboxPath"));
        Assert.That(answer.Error.Contains("runs again, traced", StringComparison.Ordinal), Is.EqualTo(again));
        Assert.That(desk.Tree.Has("made"), Is.False);
        desk.ShouldHaveNothingLeft();
    }

    [TestCase("cat \"$HOME/a file\"", "SBX3031", "--read-only '{home}/a file'")]
    [TestCase("python3 -c \"import socket; socket.create_connection(('192.0.2.1', 80), 5)\" 2> /dev/null", "SBX3032", "--network host")]
    [TestCase("rm .git/hooks/x", "SBX3033", "change it yourself")]
    public void What_else_was_refused_has_its_option(string command, string code, string remedy)
    {
        using var desk = new Desk(new TemporaryTree { ["a"] = "x\n", [".git/hooks/x"] = "x\n", [".git/HEAD"] = "ref: refs/heads/main\n" });
        File.WriteAllText(Path.Combine(desk.Home, "a file"), "text");
        var answer = desk.Run("run", "--discard", "--trace", "always", "--", "sh", "-c", command.Replace("$HOME", desk.Home, StringComparison.Ordinal));
        Assert.That(answer.ExitCode, Is.Not.Zero);
        Assert.That(answer.Error, Does.Contain($"error {code}: ").And.Contain(remedy.Replace("{home}", desk.Home, StringComparison.Ordinal)));
    }

    [Test]
    public void The_document_and_the_audit_log_have_it()
    {
        using var desk = new Desk();
        desk.Variables["SandboxTrace"] = "OnFailure";
        var violation = desk.Run("run", "--format", "json", "--discard", "--", "sh", "-c", Silent).ShouldExitWith(3).Document("result")["violations"]!.AsArray().Single()!;
        Assert.That(((string?)violation["kind"], (string?)violation["subject"], (string?)violation["commandLine"]), Is.EqualTo(("write", "/usr/made-by-a-command", "touch /usr/made-by-a-command")));
        var step = desk.Run("log", "--format", "json").ShouldSucceed().Json["steps"]!.AsArray().Single()!;
        Assert.That(((string?)step["failure"], (int)step["violations"]!["count"]!), Is.EqualTo(("Refused", 1)));
    }

    [Test]
    public void One_that_succeeds_is_warned_and_runs_once()
    {
        using var desk = new Desk();
        Assert.That(desk.Run("run", "--commit", "--trace", "always", "--", "sh", "-c", Silent.Replace("exit 3", "true", StringComparison.Ordinal)).ShouldSucceed().Error, Does.Contain("warning SBX3030: "));
        Assert.That(desk.Run("run", "--commit", "--trace", "on-failure", "--", "sh", "-c", "echo more >> made").ShouldSucceed().Error, Does.Not.Contain("again").And.Not.Contain("SBX"));
        Assert.That(desk.Tree.Read("made"), Is.EqualTo("kept\nmore\n"));
    }

    [Test]
    public void What_cannot_be_taken_back_is_not_run_again()
    {
        using var desk = new Desk();
        Assert.That(desk.Run("run", "--discard", "--trace", "on-failure", "--network", "host", "--", "false").ShouldExitWith(1).Error, Does.Contain("is not run again to be traced, for it has the host's network. To trace it the first time: --trace always"));
    }

    [Test]
    public void Another_value_is_an_error()
    {
        using var desk = new Desk();
        Assert.That(desk.Run("run", "--trace", "sometimes", "--", "touch", "new").ShouldExitWith(2).Error, Does.Contain("SBX2007").And.Contain("Valid: none, on-failure, always."));
        Assert.That(desk.Tree.Has("new"), Is.False);
    }
}
