namespace SandboxedBuild.Core.Tests;

/// <summary>How changes are told to people.</summary>
internal sealed class ReportTests
{
    [TestCase("echo x > new", "Added File new")]
    [TestCase("mkdir -p new/sub; ln -s a new/link; mkfifo new/pipe; sock new/socket", "Added Directory new\nAdded SymbolicLink new/link\nAdded Fifo new/pipe\nAdded Socket new/socket\nAdded Directory new/sub")]
    [TestCase("echo x >> file", "Modified File file")]
    [TestCase("ln -sfn other link", "Modified SymbolicLink link")]
    [TestCase("rm file link pipe socket", "Deleted File file\nDeleted SymbolicLink link\nDeleted Fifo pipe\nDeleted Socket socket")]
    [TestCase("rm -r dir/sub hollow", "Deleted Directory dir/sub\nDeleted Directory dir/sub/deep\nDeleted File dir/sub/deep/file\nDeleted File dir/sub/file\nDeleted Directory hollow")]
    [TestCase("rm file; mkdir file; echo x > file/in", "Modified Directory file\nAdded File file/in")]
    [TestCase("rm -r dir/sub; echo x > dir/sub", "Modified File dir/sub\nDeleted Directory dir/sub/deep\nDeleted File dir/sub/deep/file\nDeleted File dir/sub/file")]
    [TestCase("mv dir/file renamed", "Renamed File renamed from dir/file")]
    [TestCase("cp dir/file renamed; rm dir/file", "Renamed File renamed from dir/file", TestName = "copied and deleted is known by its contents")]
    [TestCase("mv link renamed", "Renamed SymbolicLink renamed from link")]
    [TestCase("mv dir/sub moved", "Deleted Directory dir/sub\nDeleted Directory dir/sub/deep\nAdded Directory moved\nAdded Directory moved/deep\nRenamed File moved/deep/file from dir/sub/deep/file\nRenamed File moved/file from dir/sub/file")]
    [TestCase("mv file x; mv twin file; mv x twin", "", TestName = "two equal files change places")]
    [TestCase("mv tool x; mv attributed tool; mv x attributed", "Modified File attributed\nModified File tool", TestName = "two files change places")]
    [TestCase("rm empty; : > other", "Deleted File empty\nAdded File other", TestName = "empty files are not paired")]
    [TestCase("rm file twin; echo alpha > one", "Renamed File one from file\nDeleted File twin", TestName = "one copy for two deleted files")]
    [TestCase("mkdir new; cp file twin new; rm file twin", "Added Directory new\nRenamed File new/file from file\nRenamed File new/twin from twin", TestName = "equal files are paired by name")]
    [TestCase("chmod 700 file dir; touch dir/file hollow; attr set twin user.x 31; chmod 711 .", "")]
    [TestCase("echo x > new; rm new; mkdir d; rmdir d; mv file x; mv x file", "")]
    [TestCase("rm -r dir; mkdir dir", "Deleted File dir/file\nDeleted Directory dir/other\nDeleted File dir/other/file\nDeleted Directory dir/sub\nDeleted Directory dir/sub/deep\nDeleted File dir/sub/deep/file\nDeleted File dir/sub/file")]
    [TestCase("rm -r dir; mkdir -p dir/sub/deep; echo new > dir/sub/new", "Deleted File dir/file\nDeleted Directory dir/other\nDeleted File dir/other/file\nDeleted File dir/sub/deep/file\nDeleted File dir/sub/file\nAdded File dir/sub/new")]
    public void A_step_is_told_as(string script, string expected)
    {
        using var tree = new TemporaryTree();
        Garden.Plant(tree.PathOf("garden"));
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("garden"));
        sandbox.Run(Garden.Programs + script, static request => request with { Needs = [.. Garden.Needs] }).ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo(expected));
    }

    [Test]
    public void A_file_that_is_renamed_and_changed_is_known_by_its_origin()
    {
        using var tree = new TemporaryTree { ["file"] = "some text", ["dir/other"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("mv file dir/renamed; echo more >> dir/renamed").ShouldSucceed();

        // The kernel notes origins only where the one who mounts could open files by their handles (fs/overlayfs/util.c, ovl_can_decode_fh).
        Assert.That(sandbox.Reported, Is.EqualTo(OrdinaryUser.IsRoot ? "Renamed File dir/renamed from file" : "Added File dir/renamed\nDeleted File file"));
    }

    [Test]
    public void What_is_committed_is_what_was_reported()
    {
        using var tree = new TemporaryTree();
        Garden.Plant(tree.PathOf("garden"));
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("garden"));
        sandbox.Run("mv file renamed; rm -r dir/sub; mkdir new; echo x > new/file; chmod 700 hollow").ShouldSucceed();
        var reported = sandbox.Reported;
        Assert.That(ChangeText.Of(sandbox.Commit().Committed), Is.EqualTo(reported));
    }

    [Test]
    public void Size_and_mode_are_those_of_now_or_of_what_is_gone()
    {
        using var tree = new TemporaryTree { ["gone"] = TreeEntry.File("123", "600"), ["changed"] = "1" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("umask 022; rm gone; printf 12345 > changed; chmod 755 changed; printf 12 > new").ShouldSucceed();
        Assert.That(sandbox.Changes.Reported.Select(static change => $"{change.Path} {change.Size} {Convert.ToString(change.Mode, 8)}"), Is.EqualTo(new[] { "changed 5 755", "gone 3 600", "new 2 644" }));
    }

    [Test]
    public void Several_steps_add_up()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["dir/file"] = "old" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo one > file; echo one > new; rm -r dir").ShouldSucceed();
        Assert.That(sandbox.Run("cat file new; ls").Output, Is.EqualTo("one\none\nfile\nnew\n"));
        sandbox.Run("printf old > file; rm new; mkdir dir; echo two > dir/new").ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo("Deleted File dir/file\nAdded File dir/new"));
    }
}
