namespace SandboxedBuild.Tool.Tests;

/// <summary>What becomes of a command's changes.</summary>
internal sealed class EndingTests
{
    private const string Changes = "echo four >> a.txt; mv old.txt new.txt; rm -r dir; mkdir made; echo x > made/x; chmod 600 a.txt";

    [Test]
    public void Committed_when_it_succeeds()
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--commit", "--", "sh", "-c", Changes).ShouldSucceed();
        Assert.That(answer.Error, Does.StartWith("""
              modified  a.txt (mode 644 -> 600)
              deleted   dir/
              deleted   dir/b.txt
              added     made/
              added     made/x
              renamed   new.txt (was old.txt)
            2 added, 1 modified, 2 deleted, 1 renamed (committed)
              dotnet sandbox undo 2
            """));
        Assert.That(desk.Tree.Describe(), Is.EqualTo("""
            d 755 .
            f 600 a.txt "one\ntwo\nthree\nfour\n"
            d 755 made
            f 644 made/x "x\n"
            f 644 new.txt "old\n"

            """));
        desk.ShouldHaveNothingLeft();
    }

    /// <summary>So many pages are left on the disk when the step is prepared, for which some twenty small files are made.</summary>
    [Test]
    public void Nothing_runs_and_nothing_is_left_where_the_disk_is_full([Range(0, 4)] int pages)
    {
        const string Fill = """
            mount -t tmpfs -o size=256k none "$1"
            cd "$1" && mkdir -p home/.cache tmp tree
            head -c 300000 /dev/zero > fill 2> /dev/null || truncate -s $((262144 - $2 * 4096)) fill
            cd tree && shift 2
            code=0 && "$@" || code=$?
            find . ../home/.cache/sandboxed-build/overlays -mindepth 1 ! -name .sandboxed-build.lock
            exit $code
            """;
        using var desk = new Desk();
        var answer = desk.RunBehind([.. Desk.MayMount, "sh", "-ec", Fill, "sh", desk.Tree.Surroundings, $"{pages}"], "run", "--commit", "--", "touch", "ran").ShouldExitWith(125);
        Assert.That(answer.Error, Does.Match($"(?m)^error {(pages == 0 ? "SBX3004" : "SBX300[14]")}: .*No space left on device"));
        Assert.That(answer.Output, Is.Empty);
    }

    [Test]
    public void Thrown_away_by_discard()
    {
        using var desk = new Desk();
        var before = desk.Tree.Describe(TreeDetails.Times);
        Assert.That(desk.Run("run", "--discard", "--", "sh", "-c", Changes).ShouldSucceed().Error, Does.EndWith("1 renamed (thrown away)\n"));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
        desk.ShouldHaveNothingLeft();
    }

    [TestCase("discard", false, 0)]
    [TestCase("hold", false, 1)]
    [TestCase("commit", true, 1)]
    public void A_failure_ends_as_it_was_said(string onFailure, bool isCommitted, int left)
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--commit", "--on-failure", onFailure, "--", "sh", "-c", "echo x > new; exit 3").ShouldExitWith(3);
        Assert.That(answer.Error, Does.StartWith("The command exited with code 3.\n"));
        Assert.That((desk.Tree.Has("new"), desk.Overlays().Count()), Is.EqualTo((isCommitted, left)));
    }

    [Test]
    public void Without_a_terminal_it_is_held_and_the_id_is_told()
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--", "sh", "-c", "echo x > new; exit 3").ShouldExitWith(3);
        var id = desk.Overlays().Single();
        Assert.That(answer.Error, Does.Contain($"1 added (held as {id})\n  dotnet sandbox diff {id}\n"));
        Assert.That(desk.Tree.Has("new"), Is.False);
    }

    [Test]
    public void A_selection_commits_a_part_and_throws_the_rest_away()
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--commit", "--include", "*.txt", "--include", "made/**", "--exclude", "**/x", "--", "sh", "-c", Changes + "; echo y > made/y").ShouldSucceed();
        Assert.That(answer.Error, Does.Contain("; 3 left out and thrown away"));
        Assert.That((desk.Tree.Has("made/y"), desk.Tree.Has("made/x"), desk.Tree.Has("dir/b.txt")), Is.EqualTo((true, false, true)));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void A_conflict_commits_nothing_and_loses_nothing()
    {
        using var desk = new Desk();
        var answer = Edited(desk, "--commit").ShouldExitWith(124);
        var id = desk.Overlays().Single();
        Assert.That(answer.Error, Does.Contain("error SBX4001: ").And.Contain($"here: dotnet sandbox commit {id} --on-conflict skip"));
        Assert.That((desk.Tree.Read("a.txt"), desk.Tree.Has("new")), Is.EqualTo(("live", false)));

        desk.Run("commit", id).ShouldExitWith(1);
        desk.Run("commit", id[17..], "--on-conflict", "skip").ShouldSucceed();
        Assert.That((desk.Tree.Read("a.txt"), desk.Tree.Has("new")), Is.EqualTo(("live", true)));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void A_conflict_can_be_decided_beforehand()
    {
        using var desk = new Desk();
        Edited(desk, "--commit", "--on-conflict", "overwrite").ShouldSucceed();
        Assert.That(desk.Tree.Read("a.txt"), Is.EqualTo("step\n"));
    }

    /// <summary>Somebody else changes a file while the command runs; the two tell each other by files in a directory that both see.</summary>
    private static Answer Edited(Desk desk, params string[] options)
    {
        var meeting = Directory.CreateDirectory(desk.Tree.Beside("meeting")).FullName;
        var edit = Task.Run(() =>
        {
            SpinWait.SpinUntil(() => File.Exists(Path.Combine(meeting, "started")), TimeSpan.FromSeconds(30));
            File.WriteAllText(desk.Tree.PathOf("a.txt"), "live");
            File.WriteAllText(Path.Combine(meeting, "edited"), "");
        });
        var answer = desk.Run(["run", "--read-write", meeting, .. options, "--", "sh", "-c", $"echo step > a.txt; touch new {meeting}/started; until [ -e {meeting}/edited ]; do sleep 0.02; done"]);
        edit.Wait();
        Directory.Delete(meeting, recursive: true);
        return answer;
    }
}
