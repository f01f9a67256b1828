namespace SandboxedBuild.Core.Tests;

/// <summary>Modes that shut the owner out: what a script may do directly, a commit may do too.</summary>
internal sealed class ShutEntriesTests
{
    private const string Plants = Garden.Plants + """

        mkdir -p ro/sub; echo 1 > ro/file; echo 1 > ro/sub/file; echo 1 > ro-file; echo 1 > shut-file; mkdir -p shut/sub; echo 1 > shut/sub/file; echo 1 > shut/file
        """;

    private const string Shut = "chmod 555 ro; chmod 444 ro-file ro/file; chmod 000 shut-file shut";

    [TestCase("chmod 755 ro; echo 2 > ro/new; rm -f ro/file; chmod 555 ro", TestName = "a read-only directory is changed and shut again")]
    [TestCase("chmod 755 ro; echo 2 > ro/sub/new; chmod 555 ro ro/sub", TestName = "a directory in a read-only one")]
    [TestCase("chmod -R u+w ro; rm -r ro", TestName = "a read-only directory is deleted")]
    [TestCase("chmod u+w ro; mv ro/sub ro/moved; mv ro renamed; chmod 555 renamed", TestName = "a read-only directory is renamed")]
    [TestCase("chmod u+w ro-file; echo 2 > ro-file; chmod 444 ro-file", TestName = "a read-only file is written to")]
    [TestCase("rm -f ro-file; echo 2 > ro-file; chmod 400 ro-file")]
    [TestCase("mv ro-file renamed; rm -f shut-file")]
    [TestCase("chmod u+rw shut-file; echo 2 > shut-file; chmod 000 shut-file", TestName = "an unreadable file is written to")]
    [TestCase("touch -d @1100000000 shut-file ro-file")]
    [TestCase("chmod 700 shut; echo 2 > shut/new; chmod 000 shut", TestName = "an unreadable directory is changed and shut again")]
    [TestCase("chmod 700 shut; echo 2 > shut/file; echo 2 > shut/sub/file; rm shut/sub/file; chmod 000 shut/sub shut", TestName = "changes at two levels of unreadable directories")]
    [TestCase("chmod 700 shut; rm -r shut", TestName = "an unreadable directory is deleted")]
    [TestCase("chmod 700 shut; rm -r shut; mkdir shut; echo 2 > shut/file; chmod 000 shut", TestName = "an unreadable directory is made anew")]
    [TestCase("chmod 700 shut; rm -r shut; echo 2 > shut", TestName = "an unreadable directory becomes a file")]
    [TestCase("chmod 755 shut", TestName = "an unreadable directory is opened")]
    [TestCase("echo 2 > dir/file; chmod 000 dir", TestName = "a directory is changed and shut")]
    [TestCase("echo 2 > dir/file; mv dir/sub/file dir/sub/renamed; rm dir/sub/deep/file; chmod 000 dir/sub dir", TestName = "changes in directories that are then shut")]
    [TestCase("echo 2 > dir/new; chmod 333 dir", TestName = "a directory is changed and made write-only")]
    [TestCase("echo 2 > dir/new; chmod 444 dir", TestName = "a directory is changed and loses its search bit")]
    [TestCase("mkdir -p new/sub; echo 2 > new/sub/file; chmod 000 new/sub new", TestName = "a new directory is shut")]
    [TestCase("mkdir new; mv file new/; chmod 000 new", TestName = "a file is renamed into a new directory that is shut")]
    [TestCase("mkdir new; mv dir new/; chmod 555 new/dir/sub new/dir new", TestName = "a directory is renamed into a new directory that is shut")]
    [TestCase("mkdir new; echo 2 > new/file; chmod 000 new/file; chmod 444 new", TestName = "a new directory without a search bit")]
    [TestCase("echo 2 > new; chmod 000 new; echo 2 > write-only; chmod 200 write-only", TestName = "new unreadable files")]
    [TestCase("echo 2 > file; chmod 000 file; attr set twin user.x 31; chmod 000 twin")]
    [TestCase("mkdir x; mv dir/file x/; rm -r dir; mv x dir; chmod 500 dir", TestName = "a directory is replaced by a read-only one")]
    [TestCase("chmod 000 . ", TestName = "the root is shut")]
    [TestCase("echo 2 > file; rm twin; chmod 555 .", TestName = "the root is changed and made read-only")]
    public void A_script_leaves_the_same(string script)
    {
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var twins = new Twins(Plants, place, finish: Shut);
            twins.Run(script);
            Assert.That(twins.Actual, Is.EqualTo(twins.Expected), $"{place}: {script}");
        }
    }

    [TestCase("chmod 755 shut; touch shut-file; chmod 600 shut-file; chmod 000 shut-file")]
    public void Only_times_and_modes_differ(string script)
    {
        using var tree = new TemporaryTree { ["shut-file"] = TreeEntry.File("x", "000"), ["shut/file"] = "x", ["shut"] = TreeEntry.Directory("000") };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run(script).ShouldSucceed();
        Assert.That(sandbox.Reported, Is.Empty);
    }

    [Test]
    public void Looking_into_a_shut_directory_is_no_edit_of_it()
    {
        using var tree = new TemporaryTree { ["shut/file"] = "x", ["shut"] = TreeEntry.Directory("000"), ["shut-file"] = TreeEntry.File("x", "000") };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("chmod 700 shut; rm -r shut; rm -f shut-file; echo y > shut-file; chmod 000 shut-file").ShouldSucceed();
        var reported = sandbox.Reported;
        Assert.That((sandbox.Reported, Shell.Run(tree.Root, "stat -c %a shut shut-file")), Is.EqualTo((reported, "0\n0\n")));
        sandbox.Commit();
        Assert.That(Trees.Exact(tree.Root).Split('\n')[1], Does.StartWith("f 0000 ").And.Contain("shut-file \"y\\x0a\""));
    }

    [TestCase("chmod 700 shut; echo mine > shut/new; chmod 000 shut")]
    [TestCase("chmod 700 shut; chmod 700 shut/inner; echo mine > shut/inner/file; touch -d @1000000000 shut/inner/file shut/inner shut; chmod 000 shut/inner shut")]
    public void Edits_in_a_shut_directory_win_and_it_stays_shut(string edit)
    {
        using var tree = new TemporaryTree { ["shut/inner/file"] = "x", ["shut/inner"] = TreeEntry.Directory("000"), ["shut"] = TreeEntry.Directory("000") };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("chmod 700 shut; chmod 700 shut/inner; rm -r shut").ShouldSucceed();
        Assert.That(sandbox.Changes.IsEmpty, Is.False);
        Shell.Run(tree.Root, edit);
        var edited = Trees.Exact(tree.Root);
        Assert.That(sandbox.CommitRefused().Code, Is.EqualTo("SBX4001"));
        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(edited));
    }

    [Test]
    public void Rolling_back_removes_what_a_step_has_shut()
    {
        using var tree = new TemporaryTree { ["dir/file"] = "x" };
        using (var sandbox = Sandbox.Over(tree))
        {
            sandbox.Run("mkdir -p new/sub; echo x > new/sub/file; chmod 000 new/sub new; echo > dir/new; chmod 000 dir/file dir").ShouldSucceed();
        }

        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }
}
