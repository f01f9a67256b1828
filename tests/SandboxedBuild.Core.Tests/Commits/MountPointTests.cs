namespace SandboxedBuild.Core.Tests;

/// <summary>Roots in which something is mounted, which a step does not see (see <see cref="Scenario"/>).</summary>
internal sealed class MountPointTests
{
    [TestCase("rm -r zz")]
    [TestCase("rm -r zz; echo step > zz")]
    [TestCase("rm -r dir; ln -s zz dir; echo step > zz/file; rmdir zz || rm -r zz")]
    public void A_mounted_directory_is_neither_taken_away_nor_replaced(string step)
    {
        using var tree = new TemporaryTree { ["dir/file"] = "old", ["zz"] = TreeEntry.Directory() };
        Scenario.RunAsRoot(Refused, $"mount -t tmpfs none {tree.Root}/zz; echo mounted > {tree.Root}/zz/there", tree.Root, tree.Beside("state"), step);
    }

    private static void Refused(string[] arguments)
    {
        var (root, state, step) = (arguments[0], arguments[1], arguments[2]);
        var before = Trees.Exact(root);
        using var sandbox = Sandbox.Over(state, root);
        sandbox.Run(step).ShouldSucceed();

        Assert.That((sandbox.CommitRefused().Code, Trees.Exact(root)), Is.EqualTo(("SBX4002", before)));
    }

    [Test]
    public void A_directory_with_a_mount_in_it_is_not_taken_away()
    {
        using var tree = new TemporaryTree { ["dir/zz/file"] = "old" };
        Scenario.RunAsRoot(Conflict, $"mount -t tmpfs none {tree.Root}/dir/zz; echo mounted > {tree.Root}/dir/zz/there", tree.Root, tree.Beside("state"));
    }

    private static void Conflict(string[] arguments)
    {
        var (root, state) = (arguments[0], arguments[1]);
        var before = Trees.Exact(root);
        using (var sandbox = Sandbox.Over(state, root))
        {
            sandbox.Run("rm -r dir").ShouldSucceed();
            sandbox.CommitRefused();
        }

        Assert.That(Trees.Exact(root), Is.EqualTo(before));
    }

    /// <summary>A volume that was copied to another disk has the same paths, and may have the same inode numbers, but nothing of what a plan knows its entries by.</summary>
    [Test]
    public void Nothing_is_committed_to_a_copy_of_the_root_on_another_filesystem()
    {
        using var tree = new TemporaryTree { ["one"] = TreeEntry.Directory(), ["other"] = TreeEntry.Directory() };
        Scenario.RunAsRoot(CommitToCopy, $"cd {tree.Root}; mount -t tmpfs none one; mount -t tmpfs none other", tree.PathOf("one"), tree.PathOf("other"));
    }

    private static void CommitToCopy(string[] arguments)
    {
        var (one, other) = (arguments[0], arguments[1]);
        var root = Directory.CreateDirectory(Path.Combine(one, "root")).FullName;
        File.WriteAllText(Path.Combine(root, "file"), "old");
        var sandbox = Sandbox.Over(Path.Combine(one, "state"), root);
        sandbox.Run("echo new > file").ShouldSucceed();
        sandbox.Overlay.Hold();
        sandbox.Abandon();

        Shell.Run("/", $"cp -a {one}/. {other}");
        Assert.That(Shell.Run("/", $"stat -c %i {other}/root"), Is.EqualTo(Shell.Run("/", $"stat -c %i {root}")), "or else this shows nothing");
        Shell.Run("/", $"mount --bind {other} {one}");
        using var overlay = Sandbox.StoreAt(Path.Combine(one, "state")).Open(sandbox.Overlay.Id);
        Assert.That(Refusal.Of(() => SandboxedBuild.Commits.Commit.Run(overlay, SandboxedBuild.Changes.Collector.Collect(overlay), SandboxedBuild.Commits.CommitRequest.Everything)).Code, Is.EqualTo("SBX4007"));
        Assert.That(File.ReadAllText(Path.Combine(root, "file")), Is.EqualTo("old"));
    }

    [TestCase("echo step, which is longer > file", "step, which is longer\n")]
    [TestCase(": > file", "")]
    [TestCase("rm file; echo new > file; chmod 600 file", "new\n")]
    public void A_mounted_file_is_written_over(string step, string content)
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["other"] = "old" };
        var source = tree.Beside("source");
        File.WriteAllText(source, "mounted");
        Scenario.RunAsRoot(WrittenOver, $"mount --bind {source} {tree.Root}/file", tree.Root, tree.Beside("state"), step, source, content);
        Assert.That((File.ReadAllText(source), File.ReadAllText(tree.PathOf("other"))), Is.EqualTo((content, "step\n")));
    }

    private static void WrittenOver(string[] arguments)
    {
        var (root, state, step, source, content) = (arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
        using var sandbox = Sandbox.Over(state, root);
        sandbox.Run(step + "; echo step > other").ShouldSucceed();
        sandbox.Commit();
        Assert.That((File.ReadAllText(Path.Combine(root, "file")), File.ReadAllText(source)), Is.EqualTo((content, content)));
    }
}
