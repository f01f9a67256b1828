namespace SandboxedBuild.Tool.Tests;

/// <summary>A commit is taken back; what was cut off or is too old is put right or away.</summary>
internal sealed class UndoTests
{
    private const string Changes = "echo four >> a.txt; rm old.txt; mkdir made; echo x > made/x; chmod 700 dir";

    [Test]
    public void The_tree_is_as_before_again()
    {
        using var desk = new Desk();
        var before = desk.Tree.Describe(TreeDetails.Times);
        var answer = desk.Run("run", "--commit", "--", "sh", "-c", Changes).ShouldSucceed();
        var id = desk.Overlays().Single();
        Assert.That(answer.Error, Does.EndWith($"(committed)\n  dotnet sandbox undo {id}\n"));
        Assert.That(desk.Run("list").Output, Does.Contain($"{id}  committed "));
        Assert.That(desk.Run("show", id).ShouldSucceed().Output, Does.Contain("  modified  a.txt\n  added     made\n  deleted   old.txt\n").And.EndWith($"To undo: dotnet sandbox undo {id}\n"));
        Assert.That(desk.Run("show", id, "--format", "json").ShouldSucceed().Json["committed"]!.AsArray().Select(static path => $"{path!["kind"]} {path["path"]}"), Is.SupersetOf(new[] { "modified a.txt", "added made", "deleted old.txt" }));
        Assert.That(desk.Run("commit", id).ShouldExitWith(1).Error, Does.StartWith("error SBX2022: "));

        Assert.That(desk.Run("undo").ShouldSucceed().Output, Is.EqualTo($"  {desk.Tree.PathOf("a.txt")}\n  {desk.Tree.PathOf("made")}\n  {desk.Tree.PathOf("old.txt")}\n3 as before {id} was committed\n"));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
        Assert.That(desk.Run("undo").ShouldExitWith(1).Error, Does.StartWith("error SBX2024: "));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void One_after_the_other_and_only_those_of_this_tree()
    {
        using var desk = new Desk(new TemporaryTree { ["one/.git/HEAD"] = "", ["one/sub/file"] = "0\n", ["two/.git/HEAD"] = "", ["two/file"] = "0\n" });
        foreach (var step in new[] { "1", "2" })
        {
            desk.RunIn(desk.Tree.PathOf("one"), "run", "--commit", "--", "sh", "-c", $"echo {step} > sub/file").ShouldSucceed();
        }

        desk.RunIn(desk.Tree.PathOf("two"), "run", "--commit", "--", "sh", "-c", "echo 3 > file").ShouldSucceed();
        var seen = Enumerable.Range(0, 2).Select(_ =>
        {
            var answer = desk.RunIn(desk.Tree.PathOf("one/sub"), "undo", "--format", "json").ShouldSucceed();
            return $"{Path.GetRelativePath(desk.Tree.Root, (string)answer.Json["restored"]![0]!)} {desk.Tree.Read("one/sub/file")}";
        });
        Assert.That(seen, Is.EqualTo(new[] { "one/sub/file 1\n", "one/sub/file 0\n" }));
        Assert.That(desk.Tree.Read("two/file"), Is.EqualTo("3\n"));
    }

    [Test]
    public void Not_what_was_changed_since_nor_what_is_held()
    {
        using var desk = new Desk();
        desk.Run("run", "--commit", "--", "sh", "-c", Changes).ShouldSucceed();
        File.AppendAllText(desk.Tree.PathOf("a.txt"), "live\n");
        Assert.That(desk.Run("undo").ShouldExitWith(1).Error, Does.StartWith("error SBX4011: ").And.Contain(desk.Tree.PathOf("a.txt")));
        Assert.That((desk.Tree.Read("a.txt"), desk.Tree.Has("old.txt")), Is.EqualTo(("one\ntwo\nthree\nfour\nlive\n", false)));
        Assert.That(desk.Overlays().Count(), Is.EqualTo(1), "the backup stays");
        Assert.That(desk.Run("undo", desk.Hold("echo x > new")).ShouldExitWith(1).Error, Does.StartWith("error SBX2023: "));
    }

    [TestCase(null, "0", 0)]
    [TestCase("3", "0", 1)]
    [TestCase(null, "", 1)]
    [TestCase(null, null, 1)]
    public void As_many_are_kept_as_an_option_or_else_the_environment_says(string? option, string? variable, int kept)
    {
        using var desk = new Desk();
        if (variable is not null)
        {
            desk.Variables["SandboxKeepCommits"] = variable;
        }

        desk.Run(["run", "--commit", .. option is null ? [] : new[] { "--keep-commits", option }, "--", "sh", "-c", Changes]).ShouldSucceed();
        Assert.That(desk.Overlays().Count(), Is.EqualTo(kept));
    }

    [TestCase("SandboxKeepCommits", "--keep-commits", "many")]
    [TestCase("SandboxKeepDays", "--keep-days", "-1")]
    [TestCase("SandboxDurability", "--durability", "Sometimes")]
    public void What_is_no_number_or_name_is_told(string variable, string option, string value)
    {
        using var desk = new Desk();
        var said = desk.Run("run", "--commit", $"{option}={value}", "--", "sh", "-c", Changes);
        desk.Variables[variable] = value;
        var saidOfVariable = desk.Run("run", "--commit", "--", "sh", "-c", Changes);
        Assert.That((saidOfVariable.ExitCode, saidOfVariable.Error), Is.EqualTo((said.ExitCode, said.Error)));
        Assert.That(said.Error, Does.StartWith("error SBX2007: ").And.Contain(option).And.Contain($"\"{value}\""));
        Assert.That(desk.Tree.Has("old.txt"), "nothing has run");
    }

    [Test]
    public void Where_the_directory_goes_that_one_stands_in()
    {
        using var desk = new Desk();
        desk.Run("run", "--commit", "--", "mkdir", "made").ShouldSucceed();
        var line = desk.Line("undo");
        var again = string.Join(' ', line.Select(static word => $"'{word}'"));
        var run = Command.Run("sh", ["-c", $"{again}; {again}; {again.Replace("'undo'", "'list'", StringComparison.Ordinal)}"], workingDirectory: desk.Tree.PathOf("made"));
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((0, run.Error)));
        Assert.That(run.Error, Does.StartWith("error SBX2025: ").And.EndWith("There are no overlays.\n"));
    }

    [TestCase("recover")]
    [TestCase("gc")]
    public void What_killed_processes_left_is_removed_and_what_is_held_stays(string command)
    {
        using var desk = new Desk();
        Assert.That(desk.Run(command).ShouldSucceed().Output, Is.Empty);
        var (held, abandoned) = (desk.Hold("echo x > new"), desk.Hold("echo y > other"));
        desk.Abandon(abandoned);
        var answer = desk.Run(command).ShouldSucceed();
        Assert.That(answer.Output, Is.EqualTo($"{abandoned} removed\n"), answer.Error);
        Assert.That(desk.Overlays(), Is.EqualTo(new[] { held }));
    }

    [Test]
    public void Backups_go_when_they_are_old()
    {
        using var desk = new Desk();
        desk.Run("run", "--commit", "--", "sh", "-c", Changes).ShouldSucceed();
        Assert.That(desk.Run("gc").ShouldSucceed(), Has.Property("Output").Empty.And.Property("Error").EqualTo("Nothing to remove.\n"));
        var id = desk.Overlays().Single();
        Command.Run("find", [Path.Combine(desk.Home, ".cache"), "-name", "commit.keep", "-exec", "touch", "-d", "30 days ago", "{}", "+"]);
        var answer = desk.Run("gc", "--format", "json").ShouldSucceed();
        Assert.That((string)answer.Json["removed"]![0]!, Is.EqualTo(id));
        Assert.That(desk.Overlays(), Is.Empty);
    }

    [Test]
    public void A_plan_that_cannot_be_read_is_told_and_not_guessed_at()
    {
        using var desk = new Desk();
        var id = desk.Hold("echo x > new");
        var plan = Path.Combine(desk.Home, ".cache/sandboxed-build/overlays", id, "commit.json");
        File.WriteAllText(plan, "{");
        var answer = desk.Run("recover", "--format", "json").ShouldExitWith(1);
        Assert.That((string)answer.Json["diagnostics"]![0]!["code"]!, Is.EqualTo("SBX4006"));
        Assert.That(answer.Error, Does.StartWith("error SBX4006: "));
        Assert.That(File.Exists(plan));
    }
}
