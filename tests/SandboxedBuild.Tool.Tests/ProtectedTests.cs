namespace SandboxedBuild.Tool.Tests;

/// <summary>What runs or is trusted outside the sandbox is committed only by who says so.</summary>
internal sealed class ProtectedTests
{
    private const string Script = "mkdir .vscode; echo x > .vscode/tasks.json; mv old.txt old.props; echo more >> a.txt";

    [Test]
    public void Held_instead_of_committed_and_marked()
    {
        using var desk = new Desk();
        var before = desk.Tree.Describe(TreeDetails.Times);
        var answer = desk.Run("run", "--commit", "--", "sh", "-c", Script).ShouldExitWith(124);
        var id = desk.Overlays().Single();
        Assert.That(answer.Error, Does.StartWith("error SBX3005: 3 of the changed paths are protected").And.Contain($"(held as {id})\n").And.Contain($"dotnet sandbox commit {id} --allow-protected –"));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));

        Assert.That(desk.Run("show", id).ShouldSucceed().Output, Does.EndWith("""
              added     .vscode/  protected: editors run or obey it
              added     .vscode/tasks.json  protected: editors run or obey it
              modified  a.txt
              renamed   old.props (was old.txt)  protected: MSBuild runs it

            2 added, 1 modified, 1 renamed; 1 with other times or attributes only

            """));
        Assert.That(desk.Run("commit", id).ShouldExitWith(1).Error, Does.StartWith("error SBX3005: "));
        Assert.That(desk.Run("commit", id, "--dry-run").ShouldExitWith(1).Error, Does.StartWith("error SBX3005: "));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));

        Assert.That(desk.Run("commit", id, "--allow-protected").ShouldSucceed().Output, Does.Contain("2 added, 1 modified, 1 renamed (committed)"));
        Assert.That((desk.Tree.Has(".vscode/tasks.json"), desk.Tree.Has("old.props"), desk.Tree.Has("old.txt")), Is.EqualTo((true, true, false)));
        desk.ShouldHaveNothingLeft();
    }

    [TestCase("--exclude", ".vscode/**", "--exclude", "old.*")]
    [TestCase("--include", "a.txt")]
    [TestCase("--allow-protected")]
    public void Committed_without_them_or_with_a_grant(params string[] options)
    {
        using var desk = new Desk();
        desk.Run(["run", "--commit", .. options, "--", "sh", "-c", Script]).ShouldSucceed();
        Assert.That((desk.Tree.Has(".vscode/tasks.json"), desk.Tree.Read("a.txt")), Is.EqualTo((options.Length == 1, "one\ntwo\nthree\nmore\n")));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void Programs_are_told_too()
    {
        using var desk = new Desk();
        var id = desk.Hold(Script);
        var changes = desk.Run("show", id, "--format", "json").ShouldSucceed().Json["changes"]!.AsArray();
        Assert.That(changes.Where(static change => (bool?)change!["protected"] == true).Select(static change => (string)change!["path"]!), Is.EqualTo([".vscode", ".vscode/tasks.json", "old.props"]));
        Assert.That(changes.Single(static change => (string)change!["path"]! == "a.txt")!.AsObject().ContainsKey("protected"), Is.False);
        Assert.That((string)desk.Run("commit", id, "--format", "json").ShouldExitWith(1).Json["error"]!["code"]!, Is.EqualTo("SBX3005"));
        desk.Run("rollback", id).ShouldSucceed();
    }

    [TestCase("c\n", "h\n", false, "(held as ", TestName = "A_letter_is_not_enough")]
    [TestCase("", "commit\n", true, "1 added (committed)", TestName = "The_whole_word_is")]
    [TestCase("", "d\n", false, "1 added (thrown away)", TestName = "Thrown_away")]
    public void A_person_writes_the_whole_word(string first, string second, bool isCommitted, string said)
    {
        foreach (var options in new[] { Array.Empty<string>(), ["--commit"] })
        {
            using var desk = new Desk { Variables = { ["NO_COLOR"] = "1", ["TERM"] = "xterm" } };
            using var terminal = desk.OnTerminal(["run", .. options, "--", "sh", "-c", "echo x > new.targets"]);
            const string Question = "Commit these changes, 1 protected among them? commit (the whole word), [h]old, [d]iscard, [s]how diff: ";
            terminal.See("  added     new.targets  protected: MSBuild runs it\n1 added\n").See(Question).Type(first);
            if (first.Length > 0)
            {
                terminal.SeeQuestion();
            }

            terminal.Type(second);
            Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
            Assert.That(terminal.Screen, Does.Contain(said));
            Assert.That(desk.Tree.Has("new.targets"), Is.EqualTo(isCommitted));
        }
    }

    [Test]
    public void A_grant_beforehand_asks_nothing_more()
    {
        using var desk = new Desk();
        using var terminal = desk.OnTerminal("run", "--commit", "--allow-protected", "--", "sh", "-c", "echo x > new.targets");
        Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
        Assert.That(desk.Tree.Has("new.targets"));
    }

    [Test]
    public void A_long_list_hides_none_of_them()
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--hold", "--", "sh", "-c", "for n in $(seq 100); do echo > a$n.cs; done; echo > z.targets").ShouldSucceed();
        Assert.That(answer.Error, Does.Contain("  added     z.targets  protected: MSBuild runs it\n  and 60 more\n"));
    }

    [TestCase("a\nall\n", ".vscode/tasks.json a.txt dir", TestName = "All_of_it")]
    [TestCase("f\nyes\nr\nyes\nyes\n", ".vscode/tasks.json a.txt dir", TestName = "File_by_file")]
    [TestCase("f\ny\nn\nr\nn\nyes\n", "a.txt", TestName = "Some_of_it")]
    public void A_review_wants_the_whole_word_for_each(string keys, string committed)
    {
        using var desk = new Desk(new TemporaryTree { ["a.txt"] = "a\n", ["dir/b.targets"] = "b\n" }) { Variables = { ["NO_COLOR"] = "1", ["TERM"] = "xterm" } };
        var id = desk.Hold("mkdir .vscode; echo x > .vscode/tasks.json; echo more >> a.txt; rm -r dir; ln -s a.txt dir");
        using var terminal = desk.OnTerminal("review", id);
        terminal.See("Commit, 3 protected among them? all (the whole word), [n]one");
        foreach (var line in keys.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var before = terminal.Screen.Length;
            terminal.Type(line + "\n");
            SpinWait.SpinUntil(() => terminal.Screen[before..].TrimEnd(' ').EndsWith(':') || terminal.Screen[before..].Contains("committed)", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        }

        Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
        var now = new[] { desk.Tree.Has(".vscode/tasks.json") ? ".vscode/tasks.json" : null, desk.Tree.Read("a.txt") == "a\nmore\n" ? "a.txt" : null, desk.Tree.Has("dir/b.targets") ? null : "dir" };
        Assert.That(string.Join(' ', now.OfType<string>()), Is.EqualTo(committed), terminal.Screen);
    }

    [Test]
    public void What_the_policy_of_the_steps_directory_protects_stays_so_wherever_it_is_committed_from()
    {
        using var desk = new Desk(new TemporaryTree { [".git/HEAD"] = "", ["src/sandbox.json"] = """{ "protect": [ "deploy/**" ] }""", ["src/deploy/go.sh"] = "x" });
        var id = (string)desk.RunIn(desk.Tree.PathOf("src"), "run", "--hold", "--format", "json", "--", "sh", "-c", "echo y > deploy/go.sh").ShouldSucceed().Json["overlay"]!;
        Assert.That(desk.Run("show", id).ShouldSucceed().Output, Does.Contain("  modified  src/deploy/go.sh  protected: the policy protects deploy/**\n"));
        Assert.That(desk.RunIn("/", "commit", id).ShouldExitWith(1).Error, Does.StartWith("error SBX3005: "));
        desk.Run("commit", id, "--allow-protected").ShouldSucceed();
    }

    [Test]
    public void A_policy_above_the_root_protects_more()
    {
        using var desk = new Desk(new TemporaryTree { ["sandbox.json"] = """{ "protect": [ "deploy/**" ] }""", ["deploy/key"] = "x" });
        var id = desk.Hold("echo y > deploy/key");
        Assert.That(desk.Run("show", id).ShouldSucceed().Output, Does.Contain("  modified  deploy/key  protected: the policy protects deploy/**\n"));
        Assert.That(desk.Run("commit", id).ShouldExitWith(1).Error, Does.Contain("SBX3005"));
        desk.Run("commit", id, "--allow-protected").ShouldSucceed();
    }
}
