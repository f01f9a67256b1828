using SandboxedBuild.Commits;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Live edits win: what somebody else changed while a step ran is not overwritten, however its writes are caught. (Of steps that write in place, SnapshotTests tells.)</summary>
[TestFixtureSource(typeof(ContractTests), nameof(ContractTests.Elsewhere))]
internal sealed class ConflictTests(Strategy strategy)
{
    private const string InOneMadeAnew = "a file appears in a directory that is made anew";

    /// <summary>What the step does, what somebody else does meanwhile, and which path is in conflict.</summary>
    private static readonly (string Name, string Step, string Meanwhile, string Path)[] Stories =
    [
        ("both change a file", "echo step > file", "echo mine > file", "file"),
        ("both change a file to the same length and time", "echo step > file; touch -d @1 file", "echo mine > file; touch -d @1 file", "file"),
        ("a changed file is deleted meanwhile", "echo step > file", "rm file", "file"),
        ("a changed file in a directory is deleted meanwhile", "echo step > dir/file", "rm dir/file", "dir/file"),
        ("a changed file is replaced meanwhile", "echo step > file", "rm file; mkdir file", "file"),
        ("a changed file gets another mode meanwhile", "echo step > file", "chmod 600 file", "file"),
        ("a deleted file is changed meanwhile", "rm file", "echo mine > file", "file"),
        ("a deleted file is replaced meanwhile", "rm file", "rm file; echo mine > file", "file"),
        ("both make a file", "echo step > new", "echo mine > new", "new"),

        // Within one tick of the filesystem's clock the two would be the same in everything, and nothing to tell apart.
        ("both make the same file", "echo same > new", "sleep 0.05; echo same > new", "new"),
        ("a made file is made as a directory meanwhile", "echo step > new", "mkdir new", "new"),
        ("a made directory is made meanwhile as a file", "mkdir new", "echo mine > new", "new"),
        ("a file appears in a deleted directory", "rm -r dir", "echo mine > dir/new", "dir"),
        ("a file changes in a deleted directory", "rm -r dir", "echo mine > dir/file", "dir"),
        ("a file changes deep in a deleted directory", "rm -r dir", "echo mine > dir/sub/file", "dir"),
        ("a file changes in a directory that becomes a file", "rm -r dir; echo step > dir", "echo mine > dir/sub/file", "dir"),
        (InOneMadeAnew, "rm -r dir; mkdir dir; echo step > dir/other", "echo mine > dir/new", "dir/new"),
        ("the directory of a changed file is deleted meanwhile", "echo step > dir/file", "rm -r dir", "dir"),
        ("the directory of a new file is deleted meanwhile", "echo step > dir/new", "rm -r dir", "dir"),
        ("the directory of a new file becomes a symlink meanwhile", "echo step > dir/new", "rm -r dir; ln -s /tmp dir", "dir"),
        ("the directory of a changed file is moved meanwhile", "echo step > dir/sub/file", "mv dir/sub dir/moved", "dir/sub"),
        ("only the mode of a file changes, and its contents meanwhile", "chmod 600 file", "echo mine > file", "file"),
    ];

    /// <summary>
    /// In a user namespace overlayfs notes no origin on a file, so that a changed file whose live one was deleted looks like a new one.
    /// </summary>
    private static readonly string[] SeenByRootOnly = ["a changed file is deleted meanwhile", "a changed file in a directory is deleted meanwhile"];

    private static IEnumerable<TestCaseData<string, string, string, string>> Cases =>
        Stories.Select(static story => new TestCaseData<string, string, string, string>(story.Name, story.Step, story.Meanwhile, story.Path) { TestName = $"{{m}}({story.Name})" });

    /// <summary>
    /// What was never the step's is nothing that it deleted, where the strategy notes what the step was given. What is no conflict has both: the
    /// step's changes and what somebody else made.
    /// </summary>
    private bool IsSeen(string name) => strategy == Strategy.Overlay ? OrdinaryUser.IsRoot || !SeenByRootOnly.Contains(name, StringComparer.Ordinal) : name != InOneMadeAnew;

    [TestCaseSource(nameof(Cases))]
    public void Nothing_is_committed_and_the_conflict_is_listed(string name, string step, string meanwhile, string path)
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run($"{step}; echo step > innocent").ShouldSucceed();
        Shell.Run(tree.Root, meanwhile);
        var before = Trees.Exact(tree.Root);
        if (!IsSeen(name))
        {
            sandbox.Commit();
            Assert.That((tree.Has(path), tree.Read("innocent")), Is.EqualTo((true, "step\n")));
            return;
        }

        var refused = sandbox.CommitRefused();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Code, Is.EqualTo("SBX4001"));
            Assert.That(refused.Message, Does.Contain(tree.PathOf(path)));
            Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void With_skip_the_live_entry_stays_and_the_rest_is_committed(string name, string step, string meanwhile, string path)
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run($"{step}; echo step > innocent").ShouldSucceed();
        Shell.Run(tree.Root, meanwhile);
        var before = Trees.LineOf(tree.Root, path);

        var committed = sandbox.Commit(new(Selection.All, ConflictPolicy.Skip)).Committed;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Trees.LineOf(tree.Root, path), IsSeen(name) ? Is.EqualTo(before) : Does.StartWith("f "));
            Assert.That(ChangeText.Of(committed).Split('\n'), Does.Contain("Modified File innocent"));
            Assert.That(committed.Select(static change => change.Path.ToString()), IsSeen(name) || strategy != Strategy.Overlay ? Has.None.EqualTo(path) : Has.One.EqualTo(path));
            Assert.That(tree.Read("innocent"), Is.EqualTo("step\n"));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void With_overwrite_the_step_wins(string name, string step, string meanwhile, string path)
    {
        using var tree = Arrange();
        using var expected = Arrange();
        Shell.Run(expected.Root, step + "; echo step > innocent");
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run($"{step}; echo step > innocent").ShouldSucceed();
        Shell.Run(tree.Root, meanwhile);

        sandbox.Commit(new(Selection.All, ConflictPolicy.Overwrite));
        Assert.That(tree.Has(path), Is.EqualTo(!IsSeen(name) || expected.Has(path)));
        Assert.That(tree.Read("innocent"), Is.EqualTo("step\n"));
    }

    [Test]
    public void What_somebody_else_changes_elsewhere_is_no_conflict_and_stays()
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("echo step > file; echo step > dir/new; rm dir/file").ShouldSucceed();
        Shell.Run(tree.Root, "echo mine > innocent; echo mine > dir/mine; mkdir mine; echo mine > dir/sub/file");
        sandbox.Commit();
        Assert.That(tree.Describe(), Is.EqualTo("""
            d 755 .
            d 755 dir
            f 644 dir/mine "mine\n"
            f 644 dir/new "step\n"
            d 755 dir/sub
            f 644 dir/sub/file "mine\n"
            f 644 file "step\n"
            f 644 innocent "mine\n"
            d 755 mine

            """));
    }

    [Test]
    public void A_directory_that_both_make_has_the_files_of_both()
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("mkdir new; echo step > new/a").ShouldSucceed();
        Shell.Run(tree.Root, "mkdir new; echo mine > new/b");
        sandbox.Commit();
        Assert.That(TreeDescription.Of(tree.PathOf("new")), Is.EqualTo("d 755 .\nf 644 a \"step\\n\"\nf 644 b \"mine\\n\"\n"));
    }

    [Test]
    public void Both_delete_a_file()
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("rm file; rm -r dir").ShouldSucceed();
        Shell.Run(tree.Root, "rm file; rm -r dir");
        sandbox.Commit();
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 innocent \"old\"\n"));
    }

    [Test]
    public void A_directory_that_is_shut_to_others_meanwhile_stays_shut()
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("echo step > dir/new").ShouldSucceed();
        Shell.Run(tree.Root, "chmod 700 dir");
        try
        {
            sandbox.Commit();
        }
        catch (SandboxedBuild.Diagnostics.SandboxException e) when (e.Diagnostic.Code == "SBX4001")
        {
            // That is an answer too.
        }

        Assert.That(Trees.LineOf(tree.Root, "dir"), Does.StartWith("d 0700"));
    }

    [TestCase("mkdir new; echo step > new/a.txt; echo step > new/b.log", "mkdir new", "**/*.txt")]
    [TestCase("echo step > innocent; chmod 700 dir", "rm -r dir", "**/*")]
    public void Overwriting_right_between_collection_and_commit_ends_in_a_known_state(string step, string meanwhile, string include)
    {
        using var tree = Arrange();
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run(step).ShouldSucceed();
        var changes = sandbox.Changes;
        Shell.Run(tree.Root, meanwhile);
        var before = Trees.Exact(tree.Root);
        try
        {
            Commit.Run(sandbox.Overlay, changes, new(new([include], []), ConflictPolicy.Overwrite));
        }
        catch (SandboxedBuild.Diagnostics.SandboxException)
        {
            Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        }
    }

    [Test]
    public void Many_conflicts_are_counted_and_not_all_listed()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "for i in $(seq 30); do echo old > $i; done");
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("for i in $(seq 30); do echo step > $i; done").ShouldSucceed();
        Shell.Run(tree.Root, "for i in $(seq 30); do echo mine > $i; done");
        Assert.That(sandbox.CommitRefused().Message, Does.StartWith("30 of the paths").And.Contain("; …. "));
    }

    private static TemporaryTree Arrange() => new() { ["file"] = "old", ["innocent"] = "old", ["dir/file"] = "old", ["dir/sub/file"] = "old" };
}
