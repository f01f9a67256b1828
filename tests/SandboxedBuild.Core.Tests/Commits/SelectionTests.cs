using SandboxedBuild.Commits;

namespace SandboxedBuild.Core.Tests;

/// <summary>Which changes are committed.</summary>
internal sealed class SelectionTests
{
    private const string Script = """
        echo new > kept.txt; echo new > left.log; rm gone.txt gone.log
        mkdir -p made/deep/deeper only-logs; echo new > made/a.txt; echo new > made/a.log; echo new > made/deep/b.txt; echo new > made/deep/deeper/b.log; echo new > only-logs/c.log
        rm -r dir; mkdir dir; echo new > dir/a.txt; rm -r all
        """;

    [TestCase("", "", """
        d 755 .
        d 755 dir
        f 644 dir/a.txt "new\n"
        f 644 kept.txt "new\n"
        f 644 left.log "new\n"
        d 755 made
        f 644 made/a.log "new\n"
        f 644 made/a.txt "new\n"
        d 755 made/deep
        f 644 made/deep/b.txt "new\n"
        d 755 made/deep/deeper
        f 644 made/deep/deeper/b.log "new\n"
        d 755 only-logs
        f 644 only-logs/c.log "new\n"

        """)]
    [TestCase("", "**/*.log", """
        d 755 .
        d 755 all
        f 644 all/b.log "old"
        d 755 dir
        f 644 dir/a.txt "new\n"
        f 644 dir/b.log "old"
        f 644 gone.log "old"
        f 644 kept.txt "new\n"
        f 644 left.log "old"
        d 755 made
        f 644 made/a.txt "new\n"
        d 755 made/deep
        f 644 made/deep/b.txt "new\n"
        d 755 made/deep/deeper
        d 755 only-logs

        """)]
    [TestCase("**/*.txt", "", """
        d 755 .
        d 755 all
        f 644 all/b.log "old"
        d 755 dir
        f 644 dir/a.txt "new\n"
        f 644 dir/b.log "old"
        f 644 gone.log "old"
        f 644 kept.txt "new\n"
        f 644 left.log "old"
        d 755 made
        f 644 made/a.txt "new\n"
        d 755 made/deep
        f 644 made/deep/b.txt "new\n"

        """)]
    [TestCase("made/deep/**", "**/*.log", """
        d 755 .
        d 755 all
        f 644 all/a.txt "old"
        f 644 all/b.log "old"
        d 755 dir
        f 644 dir/a.txt "old"
        f 644 dir/b.log "old"
        f 644 gone.log "old"
        f 644 gone.txt "old"
        f 644 kept.txt "old"
        f 644 left.log "old"
        d 755 made
        d 755 made/deep
        f 644 made/deep/b.txt "new\n"
        d 755 made/deep/deeper

        """)]
    [TestCase("nothing", "", """
        d 755 .
        d 755 all
        f 644 all/a.txt "old"
        f 644 all/b.log "old"
        d 755 dir
        f 644 dir/a.txt "old"
        f 644 dir/b.log "old"
        f 644 gone.log "old"
        f 644 gone.txt "old"
        f 644 kept.txt "old"
        f 644 left.log "old"

        """)]
    public void Globs_select_inside_new_directories_too(string include, string exclude, string expected)
    {
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var tree = new TemporaryTree();
            using var other = place == StatePlace.OtherMount ? new OtherMount() : null;
            var root = Path.Combine(other?.Path ?? tree.Surroundings, "root");
            Shell.Run(tree.Surroundings, $"umask 022; mkdir -p {root}/dir {root}/all; cd {root}; for f in kept.txt left.log gone.txt gone.log dir/a.txt dir/b.log all/a.txt all/b.log; do printf old > $f; done");
            using var sandbox = Sandbox.Over(tree.Beside("state"), root);
            sandbox.Run("umask 022; " + Script).ShouldSucceed();
            var committed = sandbox.Commit(new(Select(include, exclude))).Committed;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(TreeDescription.Of(root), Is.EqualTo(expected), place.ToString());
                Assert.That(committed.Where(change => !Select(include, exclude).Includes(change) && change.Type != SandboxedBuild.Changes.EntryType.Directory), Is.Empty);
            }
        }
    }

    [TestCase("a\nb.log", "*.log", TestName = "a newline does not hide a name from an exclusion")]
    [TestCase("sub\\b.log", "*.log", TestName = "a backslash does not hide a name from an exclusion")]
    [TestCase("\u0001.log", "*.log", TestName = "a control character does not hide a name from an exclusion")]
    public void An_excluded_name_is_excluded_however_odd(string name, string exclude)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.RunProgram(["touch", name]).ShouldSucceed();
        sandbox.Commit(new(Select("", exclude)));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\n"));
    }

    [Test]
    public void A_backslash_in_a_name_is_no_directory()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.RunProgram(["touch", "out\\planted"]).ShouldSucceed();
        sandbox.Commit(new(Select("out/*", "")));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\n"));
    }

    [Test]
    public void An_excluded_directory_is_not_made()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("mkdir -p bin/sub; touch bin/sub/file bin/file; touch kept").ShouldSucceed();
        sandbox.Commit(new(Select("", "bin/**")));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 kept \"\"\n"));
    }

    [Test]
    public void What_is_left_out_can_be_committed_later()
    {
        using var tree = new TemporaryTree { ["a"] = "old", ["b"] = "old" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo new > a; echo new > b").ShouldSucceed();
        sandbox.Commit(new(Select("a", "")));
        Assert.That(sandbox.Reported, Does.Contain("Modified File b"));
    }

    [TestCase(ConflictPolicy.Error)]
    [TestCase(ConflictPolicy.Skip)]
    [TestCase(ConflictPolicy.Overwrite)]
    public void A_dry_run_tells_what_a_commit_would_do_and_does_nothing(ConflictPolicy policy)
    {
        using var tree = new TemporaryTree { ["changed"] = "old", ["deleted"] = "old", ["renamed"] = "some text", ["dir/file"] = "old" };
        var before = Trees.Exact(tree.Root);
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo new > changed; rm deleted; mv renamed other; mkdir -p made/deep; chmod 700 dir; touch dir/file").ShouldSucceed();

        var result = sandbox.Commit(CommitRequest.Everything with { DryRun = true, OnConflict = policy });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ChangeText.Of(result.Committed), Is.EqualTo("Modified File changed\nDeleted File deleted\nAdded Directory made\nAdded Directory made/deep\nRenamed File other from renamed"));
            Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        }

        sandbox.Commit();
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 changed \"new\\n\"\nd 700 dir\nf 644 dir/file \"old\"\nd 755 made\nd 755 made/deep\nf 644 other \"some text\"\n"));
    }

    private static Selection Select(string include, string exclude) => new(include.Length > 0 ? [include] : [], exclude.Length > 0 ? [exclude] : []);
}
