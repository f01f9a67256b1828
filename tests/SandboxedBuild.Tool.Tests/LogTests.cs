using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SandboxedBuild.Tool.Tests;

/// <summary><c>log</c>: what was run and what became of it.</summary>
[Category("AnyUser")]
internal sealed class LogTests
{
    [Test]
    public void Commands_of_run_are_listed_with_what_became_of_them()
    {
        using var desk = new Desk();
        desk.Run("run", "--commit", "--", "sh", "-c", "echo x > new; rm a.txt").ShouldSucceed();
        desk.Run("run", "--commit", "--", "sh", "-c", "exit 3").ShouldExitWith(3);
        var answer = desk.Run("log").ShouldSucceed();
        Assert.That(answer.Error, Is.Empty);
        Assert.That(answer.Output, Does.Match(
            $"""
            ^[0-9-]+ [0-9:]+  committed    run in {desk.Tree.Root}  [0-9]+ ms
                                 sh -c 'echo x > new; rm a\.txt'
                                 by {Environment.UserName}; Bubblewrap, Overlay, network none
                                 deleted   {desk.Tree.Root}/a\.txt
                                 added     {desk.Tree.Root}/new
            [0-9-]+ [0-9:]+  unchanged    run in {desk.Tree.Root}  [0-9]+ ms
                                 sh -c 'exit 3'
                                 by {Environment.UserName}; Bubblewrap, Overlay, network none; exit code 3; failed: command
            $
            """));
    }

    [Test]
    public void Every_ending_of_run_is_a_line_that_obeys_the_schema()
    {
        using var desk = new Desk();
        desk.Run("run", "--commit", "--memory-limit", "1G", "--", "sh", "-c", "echo x > new").ShouldSucceed();
        desk.Run("run", "--hold", "--read-only", "/usr/share", "--", "sh", "-c", "echo y > new");
        desk.Run("run", "--discard", "--", "sh", "-c", "echo y > new");
        desk.Run("run", "--commit", "--on-failure", "hold", "--", "sh", "-c", "echo y > new; exit 1").ShouldExitWith(1);
        desk.Run("run", "--commit", "--", "sh", "-c", "echo y > .envrc").ShouldExitWith(124);
        desk.Run("run", "--commit", "--time-limit", "1s", "--", "sleep", "20").ShouldExitWith(125);
        desk.Run("run", "--isolation", "none", "--commit", "--", "sh", "-c", "echo z > new").ShouldSucceed();
        desk.Run("run", "--", "nothing-of-this-name").ShouldExitWith(127);
        desk.Run("run", "--print", "--", "true").ShouldSucceed();
        desk.Run("run", "--root", "nowhere", "--", "true").ShouldExitWith(2);
        desk.Run("run", "--audit-log", "false", "--", "true").ShouldSucceed();
        desk.Variables["SandboxAuditLog"] = "false";
        desk.Run("run", "--", "true").ShouldSucceed();

        var steps = desk.Run("log", "--format", "json").ShouldSucceed().Json["steps"]!.AsArray();
        Assert.That(steps.Select(static step => $"{step!["outcome"]} {step["failure"]} {step["code"]} {step["exitCode"]}"), Is.EqualTo(new[]
        {
            "Committed   0", "Held   0", "RolledBack   0", "Held Command  1", "Held Commit SBX3005 0", "RolledBack Limit SBX3020 ", "Committed   0", "Unchanged Command  127",
        }));
        var schema = PublishedSchema.Named("log");
        Assert.That(File.ReadLines(Log(desk)).Select(line => JsonSchema.Problem(JsonNode.Parse(line)!, schema)), Has.All.Null.And.Exactly(8).Items);
    }

    [Test]
    public void What_is_decided_later_is_a_line_of_its_own_with_the_same_overlay()
    {
        using var desk = new Desk();
        var committed = desk.Hold("echo x > new");
        desk.Run("commit", committed, "--dry-run").ShouldSucceed();
        desk.Run("commit", committed).ShouldSucceed();
        desk.Run("undo").ShouldSucceed();
        var thrownAway = desk.Hold("echo x > new");
        desk.Run("rollback", thrownAway).ShouldSucceed();
        var inConflict = desk.Hold("echo x > a.txt");
        File.WriteAllText(desk.Tree.PathOf("a.txt"), "live");
        desk.Run("commit", inConflict).ShouldExitWith(1);
        desk.Run("rollback", inConflict, "--audit-log", "false").ShouldSucceed();
        desk.Run("rollback", inConflict).ShouldExitWith(2);

        var steps = desk.Run("log", "--format", "json").ShouldSucceed().Json["steps"]!.AsArray();
        Assert.That(steps.Select(static step => $"{step!["origin"]} {step["outcome"]} {step["failure"]} {step["code"]} {step["changes"]?["first"]?[0]?["kind"]}"), Is.EqualTo(new[]
        {
            "Run Held   Added", "Commit Committed   Added", "Undo Undone   ", "Run Held   Added", "Rollback RolledBack   ", "Run Held   Modified", "Commit Held Commit SBX4001 ",
        }));
        Assert.That(steps.Select(static step => (string)step!["overlay"]!), Is.EqualTo(new[] { committed, committed, committed, thrownAway, thrownAway, inConflict, inConflict }));
        var schema = PublishedSchema.Named("log");
        Assert.That(File.ReadLines(Log(desk)).Select(line => JsonSchema.Problem(JsonNode.Parse(line)!, schema)), Has.All.Null);

        Assert.That(desk.Run("log", "--outcome", "Undone").ShouldSucceed().Output, Does.Match(
            $"""
            ^[0-9-]+ [0-9:]+  undone       undo of {committed} in {desk.Tree.Root}  [0-9]+ ms
                                 by {Environment.UserName}
            $
            """));
    }

    [Test]
    public void A_command_that_is_interrupted_is_a_line()
    {
        using var desk = new Desk();
        var line = desk.Line("run", "--commit", "--", "sh", "-c", "echo started; sleep 300");
        using var running = Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = desk.Tree.Root })!;
        Assert.That(running.StandardOutput.ReadLine(), Is.EqualTo("started"));
        Command.Run("kill", ["-s", "TERM", running.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.That(running.WaitForExit(TimeSpan.FromSeconds(30)));
        var step = desk.Run("log", "--format", "json").ShouldSucceed().Json["steps"]!.AsArray().Single()!;
        Assert.That($"{step["outcome"]} {step["failure"]}", Is.EqualTo("RolledBack Ended"));
    }

    [TestCase("", "one two three four five")]
    [TestCase("--last 2", "four five")]
    [TestCase("--failed", "two four")]
    [TestCase("--failed --last 1", "four")]
    [TestCase("--outcome denied", "four")]
    [TestCase("--outcome denied --outcome HELD", "three four")]
    [TestCase("--target make", "one two")]
    [TestCase("--target make --project other", "two")]
    [TestCase("--project {tree}", "one three five")]
    [TestCase("--project Shop.csproj", "one")]
    [TestCase("--project {tree}/src/Shop.csproj", "one")]
    [TestCase("--since 90m", "four five")]
    [TestCase("--since 1d", "three four five")]
    [TestCase("--since 2001-01-01", "two three four five")]
    [TestCase("--since 2001-01-01T12:00", "two three four five")]
    [TestCase("--since 9999-01-01", "")]
    public void It_is_filtered(string options, string expected)
    {
        using var desk = new Desk();
        var now = DateTimeOffset.UtcNow;
        Write(
            desk,
            Line("one", "2000-01-01T00:00:00+00:00", ("target", "Make"), ("file", desk.Tree.PathOf("src/Shop.csproj"))),
            Line("two", "2010-01-01T00:00:00+00:00", ("target", "Make"), ("project", Path.Combine(desk.Tree.Root, "..", "other") is var other ? Path.GetFullPath(other) : other), ("failure", "Command")),
            Line("three", now.AddHours(-2).ToString("O", CultureInfo.InvariantCulture), ("outcome", "Held")),
            Line("four", now.AddMinutes(-3).ToString("O", CultureInfo.InvariantCulture), ("outcome", "Denied"), ("failure", "Denied"), ("project", "/elsewhere")),
            Line("five", now.ToString("O", CultureInfo.InvariantCulture)));
        var steps = desk.RunIn(desk.Tree.Surroundings, ["log", "--format", "json", .. options.Replace("{tree}", desk.Tree.Root, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)]).ShouldSucceed().Json["steps"]!.AsArray();
        Assert.That(string.Join(' ', steps.Select(static step => (string)step!["command"]!)), Is.EqualTo(expected));

        JsonObject Line(string command, string time, params (string Name, string Value)[] more)
        {
            var line = new JsonObject { ["version"] = 1, ["time"] = time, ["user"] = new JsonObject { ["uid"] = 0 }, ["origin"] = "Build", ["project"] = desk.Tree.PathOf("src"), ["command"] = command, ["outcome"] = "Unchanged", ["milliseconds"] = 1 };
            foreach (var (name, value) in more)
            {
                line[name] = value;
            }

            return line;
        }
    }

    [TestCase("--since", "soon")]
    [TestCase("--last", "0")]
    [TestCase("--outcome", "Lost")]
    public void What_is_no_value_is_said(params string[] options)
    {
        using var desk = new Desk();
        Assert.That(desk.Run(["log", .. options]).ShouldExitWith(2).Error, Does.StartWith("error SBX2007: ").And.Contain(options[0]).And.Contain("Valid: "));
    }

    [Test]
    public void Hostile_text_does_nothing_to_a_terminal()
    {
        using var desk = new Desk();
        desk.Run("run", "--discard", "--", "sh", "-c", "touch \"$(printf 'a\\033]0;title\\007\\nb')\"; : \e[31m \u202e").ShouldSucceed();
        var answer = desk.Run("log").ShouldSucceed();
        Assert.That(answer.Output, Does.Not.Match("[\\x00-\\x09\\x0b-\\x1f\\u202e]").And.Contain("\\x1b[31m").And.Contain("\\xe2\\x80\\xae"));
        Assert.That(answer.Output.Split('\n'), Has.Length.EqualTo(5));
    }

    [Test]
    public void Damaged_lines_are_passed_over_and_counted()
    {
        using var desk = new Desk();
        desk.Run("run", "--", "true").ShouldSucceed();
        File.AppendAllText(Log(desk), "null\n{}\n{\"version\":1\n\n");
        var answer = desk.Run("log").ShouldSucceed();
        Assert.That(answer.Error, Does.StartWith("warning SBX1071: 4 lines "));
        Assert.That(answer.Output.Split('\n'), Has.Length.EqualTo(4));
    }

    [Test]
    public void Where_nothing_was_logged_there_is_nothing()
    {
        using var desk = new Desk();
        var answer = desk.Run("log").ShouldSucceed();
        Assert.That((answer.Output, answer.Error), Is.EqualTo((string.Empty, "Nothing of that kind was logged.\n")));
    }

    [Test]
    public void A_log_that_cannot_be_written_is_a_warning()
    {
        using var desk = new Desk();
        desk.Run("run", "--", "true").ShouldSucceed();
        Assert.That(Command.Run("sh", ["-c", "rm -r \"$1\" && touch \"$1\"", "sh", Path.GetDirectoryName(Log(desk))!]).ExitCode, Is.Zero);
        Assert.That(desk.Run("run", "--commit", "--", "touch", "new").ShouldSucceed().Error, Does.Contain("warning SBX1070: "));
        Assert.That(desk.Tree.Has("new"));
    }

    private static string Log(Desk desk) => Path.Combine(Directory.EnumerateDirectories(Path.Combine(desk.Home, ".cache/sandboxed-build"), "log-*").Single(), "steps.jsonl");

    private static void Write(Desk desk, params JsonObject[] lines)
    {
        desk.Run("run", "--", "true").ShouldSucceed();
        File.WriteAllLines(Log(desk), lines.Select(static line => line.ToJsonString()));
    }
}
