namespace SandboxedBuild.Tool.Tests;

/// <summary>What is held is looked at, and decided.</summary>
internal sealed class ReviewTests
{
    [Test]
    public void Listed_shown_and_committed()
    {
        using var desk = new Desk();
        Assert.That(desk.Run("list").ShouldSucceed(), Has.Property("Output").Empty.And.Property("Error").EqualTo("There are no overlays.\n"));

        var id = desk.Hold("echo x > new; chmod 700 dir; ln -s a.txt link; mkfifo pipe; rm old.txt; mkdir old.txt; touch -d 2020-01-01 a.txt");
        Assert.That(desk.Run("list").ShouldSucceed().Output, Does.Match($"^{id}  held +[0-9]+ s  {desk.Tree.Root}\n$"));
        Assert.That(desk.Run("show", id[..^2]).ShouldSucceed().Output, Does.Match("^overlay " + id + "  held, [0-9]+ s old\n").And.EndWith($"""
            root    {desk.Tree.Root}

              mode      dir/ (mode 755 -> 700)
              added     link (symbolic link)
              added     new
              modified  old.txt/ (directory, was file)
              added     pipe (FIFO)

            3 added, 1 modified, 1 with other permissions; 2 with other times or attributes only

            """));

        var before = desk.Tree.Describe();
        Assert.That(desk.Run("commit", id, "--dry-run", "--exclude", "link").ShouldSucceed().Output, Does.EndWith("2 added, 1 modified (not committed: --dry-run); 1 left out\n"));
        Assert.That(desk.Tree.Describe(), Is.EqualTo(before));
        Assert.That(desk.Run("commit", id[17..22]).ShouldSucceed().Output, Does.Contain("3 added, 1 modified (committed)\n"));
        Assert.That(desk.Tree.Describe(), Is.EqualTo("""
            d 755 .
            f 644 a.txt "one\ntwo\nthree\n"
            d 700 dir
            f 644 dir/b.txt "b\n"
            l 777 link -> a.txt
            f 644 new "x\n"
            d 755 old.txt
            p 644 pipe

            """));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void Rolled_back()
    {
        using var desk = new Desk();
        var before = desk.Tree.Describe(TreeDetails.Times);
        var id = desk.Hold("rm -r *");
        Assert.That(desk.Run("rollback", id).ShouldSucceed().Output, Is.EqualTo($"{id} rolled back\n"));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
        Assert.That(desk.Run("rollback", id).ShouldExitWith(2).Error, Does.Contain("error SBX2004: ").And.Contain("here: dotnet sandbox list"));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void Looking_does_not_change_what_is_committed()
    {
        using var desk = new Desk();
        var id = desk.Hold("mkdir -m 000 shut; echo x > locked; chmod 000 locked; mkdir -m 755 open; echo y > open/y; chmod 000 open");
        desk.Run("show", id).ShouldSucceed();
        desk.Run("diff", id).ShouldExitWith(1);
        desk.Run("commit", id, "--dry-run").ShouldSucceed();
        desk.Run("commit", id).ShouldSucceed();
        Assert.That(desk.Tree.Describe(), Does.Contain("d 0 shut\n").And.Contain("f 0 locked").And.Contain("d 0 open\n"));
    }

    [Test]
    public void Two_are_told_apart()
    {
        using var desk = new Desk();
        var (one, other) = (desk.Hold("echo 1 > one"), desk.Hold("echo 2 > other"));
        var answer = desk.Run("commit", "2").ShouldExitWith(2);
        Assert.That(answer.Error, Does.StartWith("error SBX2011: ").And.Contain(one).And.Contain(other));
        desk.Run("commit", one).ShouldSucceed();
        desk.Run("commit", other).ShouldSucceed();
        Assert.That(desk.Tree.Has("one") && desk.Tree.Has("other"));
    }

    [Test]
    public void Names_cannot_harm_a_terminal()
    {
        using var desk = new Desk();
        var id = desk.Hold("touch \"$(printf 'e\\033[2Jv\\302\\233il\\n\\342\\200\\256txt')\" \"$(printf 'raw\\377')\" '[red]b[i]'");
        const string Names = "  added     [red]b[i]\n  added     e\\x1b[2Jv\\xc2\\x9bil\\x0a\\xe2\\x80\\xaetxt\n  added     raw\\xff\n";
        Assert.That(desk.Run("show", id).ShouldSucceed().Output, Does.Contain(Names));
        var json = desk.Run("show", id, "--format", "json").ShouldSucceed();
        Assert.That(json.Command.Output, Has.None.GreaterThan((byte)'~').And.None.EqualTo((byte)0x1b));
        Assert.That(json.Json["changes"]!.AsArray().Select(static change => (string?)change!["pathBase64"]), Has.Some.EqualTo(Convert.ToBase64String([.. "raw"u8, 0xff])));
        Assert.That(desk.Run("commit", id).ShouldSucceed().Output, Does.Contain(Names));
    }

    [Test]
    public void An_overlay_in_use_is_not_decided_by_others()
    {
        using var desk = new Desk();
        using var running = desk.OnTerminal("run", "--", "sh", "-c", "echo x > new");
        running.See("Commit these changes?");
        var id = desk.Overlays().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Run("list").Output, Does.Contain($"{id}  in use "));
            Assert.That(desk.Run("commit", id).ShouldExitWith(1).Error, Does.StartWith("error SBX2005: "));
            Assert.That(desk.Run("rollback", id).ShouldExitWith(1).Error, Does.StartWith("error SBX2005: "));
        }

        running.Type("d\n").WaitForEnd();
        desk.ShouldHaveNothingLeft();
    }
}
