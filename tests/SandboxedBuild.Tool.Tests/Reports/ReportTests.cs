using System.Text.Json.Nodes;
using static SandboxedBuild.Tool.Tests.Reports.Logged;

namespace SandboxedBuild.Tool.Tests.Reports;

/// <summary><c>report</c>: what it tells of real builds, as data and on a terminal.</summary>
[Category("AnyUser")]
internal sealed class ReportTests
{
    private static readonly string EveryEnd = string.Concat(
        Target("Made", "sed -i s/two/2/ a.txt; rm old.txt; echo new > new.txt; mv dir/b.txt dir/c.txt; printf '\\0\\1' > binary; echo said"),
        Target("Failed", "echo lost > lost.txt; exit 3"),
        Target("Denied", "some-tool --of mine", "Network=\"Host\""),
        Target("Kept", "echo kept > kept.txt", "Commit=\"Never\""),
        Target("Refused", "mkdir .vscode; echo x > .vscode/tasks.json"),
        Target("Idle", "sh -c :"),
        Target("Nosy", "cat ../precious"),
        "<Target Name=\"Shared\"><OverlayCreate><Output TaskParameter=\"Overlay\" PropertyName=\"TheOverlay\" /></OverlayCreate><SandboxedExec Command=\"echo 1 &gt; shared.txt\" Overlay=\"$(TheOverlay)\" /><OverlayCommit Overlay=\"$(TheOverlay)\" /></Target>");

    private const string AllEnds = "Made;Failed;Denied;Kept;Refused;Idle;Nosy;Shared";

    private static readonly Lazy<byte[]> s_everyEnd = Once(static () => Build(EveryEnd, AllEnds, Files));

    [Test]
    public void Every_end_of_a_step_is_told_in_the_form_of_the_schema()
    {
        using var desk = Of(s_everyEnd);
        var report = Data(desk);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(JsonSchema.Problem(report, Schema()), Is.Null);
            Assert.That(report["diagnostics"]!.AsArray(), Is.Empty, "the tool knows what this SDK logs");
            Assert.That(Steps(report, static step => $"{step["number"]} {step["kind"]} {step["target"]} {step["status"]} {step["outcome"]} {step["exitCode"]} {step["concludedBy"]}"), Is.EqualTo(new[]
            {
                "1 step Made committed committed 0 ",
                "2 step Failed failed rolledBack 3 ",
                "3 step Denied denied   ",
                "4 step Kept held held 0 ",
                "5 step Refused held held 0 ",
                "6 step Idle unchanged unchanged 0 ",
                "7 step Nosy refused rolledBack 1 ",
                "8 step Shared shared held 0 9",
                "9 commit Shared committed committed  ",
            }));
            Assert.That(report["totals"]!["committed"]!.ToJsonString(), Is.EqualTo("""{"added":3,"deleted":1,"modified":1,"renamed":1}"""));
            Assert.That((string?)report["build"]!["result"], Is.EqualTo("succeeded"));
        }
    }

    [Test]
    public void A_step_without_a_sandbox_is_told_as_such_with_its_changes()
    {
        using var desk = Of(Once(static () => Build(Target("Plain", "echo new > new.txt", "Isolation=\"None\""), "Plain", Files)));
        var report = Data(desk);
        Assert.That(Steps(report, static step => $"{step["status"]} {step["outcome"]} {step["view"]!["isolation"]} {step["view"]!["strategy"]} {step["view"]!["network"]}"), Is.EqualTo(new[] { "notSandboxed committed None None host" }));
        Assert.That(report["totals"]!["committed"]!.ToJsonString(), Is.EqualTo("""{"added":1}"""));
    }

    [Test]
    public void A_step_has_its_command_its_gate_its_view_and_what_it_printed()
    {
        using var desk = Of(s_everyEnd);
        var steps = Data(desk)["steps"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)steps[0]!["command"], Does.StartWith("sed -i"));
            Assert.That((string?)steps[0]!["project"], Does.EndWith("/tree/App.proj"));
            Assert.That(($"{steps[0]!["gate"]!["decision"]}", $"{steps[0]!["gate"]!["rule"]}", Path.GetFileName($"{steps[0]!["gate"]!["policyFile"]}")), Is.EqualTo(("rule", "Made", "sandbox.json")));
            Assert.That(($"{steps[2]!["gate"]!["decision"]}", $"{steps[2]!["gate"]!["code"]}", $"{steps[2]!["view"]!["network"]}"), Is.EqualTo(("denied", "SBX2001", "host")));
            Assert.That(($"{steps[0]!["view"]!["isolation"]}", $"{steps[0]!["view"]!["strategy"]}", $"{steps[0]!["view"]!["network"]}"), Is.EqualTo(("Bubblewrap", "Overlay", "none")));
            Assert.That(steps[0]!["output"]!["lines"]!.ToJsonString(), Is.EqualTo("""["said"]"""));
            Assert.That($"{steps[4]!["messages"]![0]!["severity"]} {steps[4]!["messages"]![0]!["code"]}", Is.EqualTo("warning SBX3005"));
            Assert.That((long)steps[0]!["usage"]!["overlayBytes"]!, Is.Positive);
            Assert.That($"{steps[6]!["failure"]} {steps[6]!["violations"]![0]!["kind"]} {Path.GetFileName($"{steps[6]!["violations"]![0]!["subject"]}")}", Is.EqualTo("refused read precious"));
            Assert.That(steps[6]!["violations"]![0]!["evidence"]!.ToString(), Does.StartWith("cat: "));
            Assert.That(steps[6]!["messages"]!.AsArray().Select(static message => (string?)message!["code"]), Is.EqualTo(new[] { "MSB3073" }), "a violation is told once");
        }
    }

    [Test]
    public void A_change_has_its_lines_or_its_hash()
    {
        using var desk = Of(s_everyEnd);
        var changes = Data(desk)["steps"]![0]!["changes"]!.AsArray().ToDictionary(static change => (string)change!["path"]!, static change => change!, StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)changes["a.txt"]["patch"], Does.EndWith("@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"));
            Assert.That(((string?)changes["dir/c.txt"]["kind"], (string?)changes["dir/c.txt"]["oldPath"]), Is.EqualTo(("renamed", "dir/b.txt")));
            Assert.That(((string?)changes["binary"]["patch"], (string?)changes["binary"]["omitted"], (string?)changes["binary"]["sha256"]), Is.EqualTo((default(string), "notText", "b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2")));
        }
    }

    [TestCase("-m:2")]
    [TestCase("-mt")]
    public void Steps_of_several_projects_and_nodes(string option)
    {
        string[] names = ["One", "Two", "Three"];
        using var desk = Build($"<Target Name=\"All\"><MSBuild Projects=\"{string.Join(';', names.Select(static name => name + ".proj"))}\" BuildInParallel=\"true\" /></Target>", "All", tree =>
        {
            foreach (var name in names)
            {
                tree[name + ".proj"] = SandboxedProject.Text(Target(name, $"echo {name} > {name}.txt") + $"<Target Name=\"Build\" DependsOnTargets=\"{name}\" />").Replace("<Project>", "<Project DefaultTargets=\"Build\">", StringComparison.Ordinal);
            }
        }, option, "-p:SandboxConfirm=Approve");
        var report = Data(desk);
        Assert.That(report["steps"]!.AsArray().Select(static step => $"{Path.GetFileName((string)step!["project"]!)} {step["target"]} {step["changes"]![0]!["patch"] is not null}"), Is.EquivalentTo(names.Select(static name => $"{name}.proj {name} True")));
        Assert.That((int)report["totals"]!["projects"]!, Is.EqualTo(3));
    }

    [Test]
    public void On_a_terminal_it_is_a_tree()
    {
        using var desk = Of(s_everyEnd);
        var text = desk.Run("report", "msbuild.binlog", "--format", "text").ShouldSucceed().Output;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.Match("^msbuild.binlog  build succeeded in [0-9.ms ]+; 9 steps: 1 refused, 1 failed, 1 denied, 2 held, 2 committed, 1 in a shared overlay, 1 unchanged; 1 refused access\n"));
            Assert.That(text, Does.Contain("/tree/App.proj\n├─ Made  committed  ").And.Contain("; 2 added, 1 modified, 1 deleted, 1 renamed\n"));
            Assert.That(text, Does.Contain("│  ├─ modified  a.txt  +1 -1\n").And.Contain("│  ├─ renamed   dir/c.txt (was dir/b.txt)\n").And.Contain("│  └─ deleted   old.txt  +0 -1\n"));
            Assert.That(text, Does.Contain("│  exit code 3\n").And.Contain("├─ Denied  denied  ").And.Contain("│  warning   SBX3005: ").And.Match("│  violation read /.*/precious\n│ +cat: .*\n│ +.*\n"));
            Assert.That(text, Does.Not.Contain("\x1b"));
        }
    }

    [Test]
    public void What_a_step_has_read_where_that_was_kept()
    {
        using var desk = Build(Target("Reader", "cat a.txt link; cat nothing || true"), "Reader", static tree =>
        {
            Files(tree);
            tree["link"] = TreeEntry.SymbolicLink("old.txt");
        }, "-p:SandboxTrackReads=true");
        var report = Data(desk);
        var reads = report["steps"]![0]!["reads"]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(JsonSchema.Problem(report, Schema()), Is.Null);
            Assert.That(report["diagnostics"]!.AsArray(), Is.Empty, "the tool knows the event");
            Assert.That(((int)reads["files"]!, (int)reads["missing"]!, (bool)reads["isCut"]!), Is.EqualTo((2, 1, false)));
            Assert.That(reads["first"]!.AsArray().Select(static read => $"{read!["path"]} {Path.GetFileName((string?)read["target"])}"), Is.EqualTo(new[] { "a.txt ", "link old.txt" }));
            Assert.That(desk.Run("report", "msbuild.binlog", "--format", "text").ShouldSucceed().Output, Does.Match("read      2 files of its roots; .*[0-9]+ in /usr.*; looked for 1 in vain\n[^a-z]+a[.]txt\n[^a-z]+link -> /.*/old[.]txt\n"));
        }
    }

    [Test]
    public void Names_and_output_cannot_write_on_the_terminal()
    {
        using var desk = Build(Target("Evil", "touch \"$(printf 'a\\033]0;x\\007\\nb')\"; printf 'said \\033[2J\\342\\200\\256\\n'"), "Evil");
        var text = desk.Run("report", "msbuild.binlog", "--format", "text").ShouldSucceed().Output;
        Assert.That(text, Does.Contain(@"added     a\x1b]0;x\x07\x0ab").And.Contain(@"said \x1b[2J\xe2\x80\xae").And.Not.Contain("\x1b"));
    }

    [TestCase("xterm", null, true)]
    [TestCase("xterm", "1", false)]
    [TestCase("dumb", null, false)]
    public void Colours_are_for_terminals_that_want_them(string term, string? noColor, bool isColoured)
    {
        using var desk = Build(Target("Made", "echo x > x.txt"), "Made");
        desk.Variables["TERM"] = term;
        desk.Variables["NO_COLOR"] = noColor ?? string.Empty;
        using var terminal = desk.OnTerminal("report", "msbuild.binlog", "--format", "text");
        terminal.See("x.txt");
        Assert.That(terminal.WaitForEnd(), Is.Zero);
        Assert.That(terminal.Screen.Contains("\x1b[32m", StringComparison.Ordinal), Is.EqualTo(isColoured), terminal.Screen);
    }

    [Test]
    public void The_page_is_named_after_the_binlog_and_replaces_a_symlink()
    {
        using var desk = Build(Target("Made", "ln -s ../precious msbuild.html"), "Made");
        File.WriteAllText(desk.Tree.Beside("precious"), "precious");
        var answer = desk.Run("report", "msbuild.binlog").ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Error, Is.EqualTo($"The report of 1 step: {desk.Tree.PathOf("msbuild.html")}\n"));
            Assert.That(File.ReadAllText(desk.Tree.Beside("precious")), Is.EqualTo("precious"));
            Assert.That(new FileInfo(desk.Tree.PathOf("msbuild.html")).LinkTarget, Is.Null);
            Assert.That(desk.Tree.Read("msbuild.html"), Does.StartWith("<!DOCTYPE html>"));
        }
    }

    [Test]
    public void Output_says_where_to()
    {
        using var desk = Build(Target("Made", "echo x > x.txt"), "Made");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Run("report", "msbuild.binlog", "-o", "-").ShouldSucceed().Output, Does.StartWith("<!DOCTYPE html>"));
            Assert.That(desk.Run("report", "msbuild.binlog", "--format", "json", "-o", "there.json").ShouldSucceed().Output, Is.Empty);
            Assert.That((int)JsonNode.Parse(desk.Tree.Read("there.json"))!["totals"]!["steps"]!, Is.EqualTo(1));
            Assert.That(desk.Run("report", "msbuild.binlog", "--format", "text", "-o", "there.txt").ShouldSucceed().Output, Is.Empty);
            Assert.That(desk.Tree.Read("there.txt"), Does.Contain("x.txt"));
            Assert.That(desk.Run("report", "msbuild.binlog", "-o", "no/such/there.html").ExitCode, Is.EqualTo(2));
        }
    }

    private static void Files(TemporaryTree tree)
    {
        tree["a.txt"] = "one\ntwo\nthree\n";
        tree["old.txt"] = "old\n";
        File.WriteAllText(tree.Beside("precious"), "precious\n");
        tree["dir/b.txt"] = "a text that is long enough to be found again\n";
    }

    private static IEnumerable<string> Steps(JsonNode report, Func<JsonNode, string> describe) => report["steps"]!.AsArray().Select(step => describe(step!));

    private static JsonNode Schema() => PublishedSchema.Named("report");
}
