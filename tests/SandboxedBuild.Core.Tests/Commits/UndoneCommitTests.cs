using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>Commits that are undone later, from the backups that they left.</summary>
[Category("AnyUser")]
internal sealed class UndoneCommitTests
{
    private static readonly CommitRequest Kept = CommitRequest.Everything with { Retention = Retention.Default };

    [TestCaseSource(typeof(FaultTests), nameof(FaultTests.Steps))]
    public void The_tree_is_exactly_as_before(string step)
    {
        using var tree = new TemporaryTree();
        var root = tree.PathOf("root");
        Garden.Plant(root);
        var before = Trees.Exact(root);
        var id = CommitOf(tree, root, Garden.Programs + step);
        Assert.That(Trees.Exact(root), Is.Not.EqualTo(before));

        Undo(tree, id);
        Assert.That(Trees.Exact(root), Is.EqualTo(before));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [TestCase("echo later > file", "file")]
    [TestCase("rm file", "file")]
    [TestCase("touch file", "file")]
    [TestCase("echo later > gone", "gone")]
    [TestCase("echo later > made/later", "made")]
    [TestCase("echo later > made/sub/file", "made")]
    [TestCase("rm -r made; mkdir made", "made")]
    [TestCase("rm -r dir; ln -s made dir", "dir/file")]
    public void What_was_changed_since_is_named_and_nothing_is_undone(string later, string named)
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["gone"] = "old", ["dir/file"] = "old" };
        var id = CommitOf(tree, tree.Root, "echo step > file; rm gone; mkdir -p made/sub; echo step > made/sub/file; echo step > dir/file");

        // The clock of the filesystem ticks every few milliseconds.
        Thread.Sleep(20);
        Shell.Run(tree.Root, later);
        var now = Trees.Exact(tree.Root);
        var refused = Assert.Throws<SandboxException>(() => Undo(tree, id))!.Diagnostic;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Code, Is.EqualTo("SBX4011"));
            Assert.That(refused.Message, Does.Contain($"{tree.Root}/{named}"));
            Assert.That(Trees.Exact(tree.Root), Is.EqualTo(now));
            Assert.That(Store(tree).Undoable().Select(static backup => backup.Id), Is.EqualTo(new[] { id }), "the backup is still there");
        }
    }

    [Test]
    public void What_others_changed_beside_it_stays()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["dir/other"] = "old" };
        var id = CommitOf(tree, tree.Root, "echo step > file; echo step > dir/new");
        Thread.Sleep(20);
        Shell.Run(tree.Root, "echo later > dir/other; echo later > later");
        Undo(tree, id);
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/other \"later\\n\"\nf 644 file \"old\"\nf 644 later \"later\\n\"\n"));
    }

    [Test]
    public void Commits_are_undone_one_after_the_other()
    {
        using var tree = new TemporaryTree { ["file"] = "0" };
        var before = Trees.Exact(tree.Root);
        var ids = Enumerable.Range(1, 4).Select(number => CommitOf(tree, tree.Root, $"echo {number} > file; echo {number} > file-{number}")).ToList();
        Assert.That(Assert.Throws<SandboxException>(() => Undo(tree, ids[0]))!.Diagnostic.Code, Is.EqualTo("SBX4011"));
        foreach (var id in Enumerable.Reverse(ids))
        {
            Undo(tree, id);
        }

        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
    }

    [Test]
    public void As_many_are_kept_as_were_asked_for()
    {
        using var tree = new TemporaryTree { ["file"] = "0" };
        var ids = Enumerable.Range(1, 5).Select(number => CommitOf(tree, tree.Root, $"echo {number} > file", Kept with { Retention = new(2, TimeSpan.FromDays(1)) })).ToList();
        Assert.That(Store(tree).Undoable().Select(static backup => backup.Id), Is.EquivalentTo(ids[^2..]));
    }

    [Test]
    public void None_is_kept_when_none_is_asked_for()
    {
        using var tree = new TemporaryTree { ["file"] = "0" };
        CommitOf(tree, tree.Root, "echo 1 > file", CommitRequest.Everything);
        CommitOf(tree, tree.Root, "echo 2 > file", Kept with { Retention = new(0, TimeSpan.FromDays(1)) });
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [Test]
    public void What_is_too_old_goes()
    {
        using var tree = new TemporaryTree { ["file"] = "0" };
        CommitOf(tree, tree.Root, "echo 1 > file", Kept with { Retention = new(5, TimeSpan.Zero) });
        var removed = Store(tree).Collect();
        Assert.That(Store(tree).Undoable(), Is.Empty, string.Join(' ', removed));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [Test]
    public void A_commit_that_changes_nothing_leaves_no_backup()
    {
        using var tree = new TemporaryTree { ["file"] = "0" };
        CommitOf(tree, tree.Root, "true");
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [Test]
    public void Across_mounts_no_backup_stays_in_the_root()
    {
        using var tree = new TemporaryTree();
        using var other = new OtherMount();
        var root = Directory.CreateDirectory(Path.Combine(other.Path, "root")).FullName;
        CommitOf(tree, root, "echo 1 > file");
        Assert.That(Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName), Is.EqualTo(new[] { "file" }));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [Test]
    public void A_backup_is_no_overlay_that_is_swept_away()
    {
        using var tree = new TemporaryTree { ["file"] = "0" };
        var id = CommitOf(tree, tree.Root, "echo 1 > file");
        Store(tree).Sweep();
        Undo(tree, id);
        Assert.That(File.ReadAllText(tree.PathOf("file")), Is.EqualTo("0"));
    }

    private static OverlayStore Store(TemporaryTree tree) => Sandbox.StoreAt(tree.Beside("state"));

    private static string CommitOf(TemporaryTree tree, string root, string step, CommitRequest? request = null)
    {
        using var sandbox = Sandbox.Over(tree.Beside("state"), root);
        sandbox.Run(step, static step => step with { Needs = [.. Garden.Needs] }).ShouldSucceed();
        sandbox.Commit(request ?? Kept);
        return sandbox.Overlay.Id;
    }

    private static void Undo(TemporaryTree tree, string id)
    {
        using var overlay = Store(tree).OpenBackup(id);
        try
        {
            SandboxedBuild.Commits.Undo.Run(overlay);
        }
        finally
        {
            overlay.Discard();
        }
    }
}
