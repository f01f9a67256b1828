using SandboxedBuild.Commits;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Core.Tests;

/// <summary>What a step may leave behind and a commit must not take over as it is.</summary>
internal sealed class DangerTests
{
    [TestCase("echo x > tool; chmod 6755 tool", "tool", "f 0755")]
    [TestCase("chmod 4755 file", "file", "f 0755")]
    [TestCase("mkdir new; echo x > new/tool; chmod 2755 new/tool", "new/tool", "f 0755")]
    [TestCase("rm link; echo x > link; chmod 4711 link", "link", "f 0711")]
    public void Setuid_and_setgid_are_dropped_with_a_warning(string script, string path, string expected)
    {
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var tree = new TemporaryTree();
            using var other = new OtherMount();
            var root = Path.Combine(place == StatePlace.OtherMount ? other.Path : tree.Surroundings, "root");
            Garden.Plant(root);
            using var sandbox = Sandbox.Over(tree.Beside("state"), root);
            sandbox.Run("umask 022; " + script).ShouldSucceed();
            var result = sandbox.Commit();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(result.Warnings.Select(static warning => (warning.Code, warning.IsWarning)), Is.EqualTo(new[] { ("SBX4005", true) }));
                Assert.That(result.Warnings[0].Message, Does.Contain(Path.Combine(root, path)));
                Assert.That(Trees.LineOf(root, path), Does.StartWith(expected));
                Assert.That(result.Committed.Where(static change => change.Type == SandboxedBuild.Changes.EntryType.File && (change.Mode & 0xc00) != 0), Is.Empty, "a change is told with a mode that was not committed");
            }
        }
    }

    [Test]
    public void Setuid_stays_where_it_is_granted([Values] StatePlace place)
    {
        using var tree = new TemporaryTree();
        using var other = place == StatePlace.OtherMount ? new OtherMount() : null;
        var root = other is null ? tree.Root : Directory.CreateDirectory(Path.Combine(other.Path, "root")).FullName;
        using var sandbox = Sandbox.Over(tree.Beside("state"), root);
        sandbox.Run("echo x > program; chmod 4755 program").ShouldSucceed();
        var result = sandbox.Commit(CommitRequest.Everything with { AllowSetId = true });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Warnings, Is.Empty);
            Assert.That(result.Committed.Single().Mode, Is.EqualTo(0x9ed));
            Assert.That(File.GetUnixFileMode(Path.Combine(root, "program")).HasFlag(UnixFileMode.SetUser));
        }
    }

    [Test]
    public void A_setuid_bit_that_was_there_stays_when_only_the_time_changes()
    {
        using var tree = new TemporaryTree { ["tool"] = TreeEntry.File("x", "4755") };
        var result = Sandbox.RunAndCommit(tree, "touch -d @1100000000 tool");
        Assert.That((tree.Describe(), result.Warnings.Length), Is.EqualTo(("d 755 .\nf 4755 tool \"x\"\n", 0)));
    }

    [TestCase(CharacterDevice)]
    [TestCase(BlockDevice)]
    public void A_device_node_is_refused(string device)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Plant(device, tree, static sandbox =>
        {
            var refused = sandbox.CommitRefused();
            Assert.That((refused.Code, refused.Message), Is.EqualTo(("SBX4002", refused.Message)));
            Assert.That(refused.Message, Does.Contain("made/node"));
        });
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"old\"\n"));
    }

    [Test]
    public void A_device_node_can_be_left_out_as_the_message_says()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Plant(CharacterDevice, tree, static sandbox => sandbox.Commit(new(new([], ["made/node"]))));
        Assert.That(tree.Describe(), Does.Contain("f 644 file \"new\\n\"").Or.Contain("f 644 file \"old\""));
        Assert.That(tree.Has("made/node"), Is.False);
    }

    [TestCase(".sandboxed-build-0/planted")]
    [TestCase("dir/.sandboxed-build-1000")]
    [TestCase("new/deep/.sandboxed-build-1000")]
    [TestCase("new/.sandboxed-build-1000/.sandboxed-build.lock")]
    public void Names_under_which_state_is_kept_are_refused(string path)
    {
        using var tree = new TemporaryTree { ["dir/file"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run($"mkdir -p {path}").ShouldSucceed();
        Assert.That(sandbox.CommitRefused().Code, Is.EqualTo("SBX4002"));
    }

    [Test]
    public void A_program_that_a_symlink_takes_the_place_of_is_not_cleaned_through_it()
    {
        using var outside = new TemporaryTree { ["victim"] = "safe" };
        Shell.Run(outside.Root, "chmod 600 victim");
        using var tree = new TemporaryTree { ["program"] = "old" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo new > program; chmod 4755 program").ShouldSucceed();
        var changes = sandbox.Changes;
        Shell.Run(sandbox.Overlay.Roots[0].Upper, $"rm program; ln -s {outside.Root}/victim program");
        Assert.That(Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything)).Code, Is.EqualTo("SBX4001"));
        Assert.That(outside.Describe(), Does.Contain("f 600 victim"));
    }

    /// <summary>What is linked on the way is looked at before, under whichever of its names it is committed.</summary>
    [TestCase("")]
    [TestCase("one")]
    [TestCase("two")]
    public void Another_file_does_not_come_in_under_either_of_two_names(string only)
    {
        using var tree = new TemporaryTree { ["one"] = "old" };
        Shell.Run(tree.Root, "ln one two");
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo new > one").ShouldSucceed();
        var changes = sandbox.Changes;
        Shell.Run(sandbox.Overlay.Roots[0].Upper, "rm one; echo planted > one");
        var request = CommitRequest.Everything with { Selection = only.Length > 0 ? new([only], []) : Selection.All };
        Assert.That(Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, request)).Code, Is.EqualTo("SBX4001"));
        Assert.That((tree.Read("one"), tree.Read("two")), Is.EqualTo(("old", "old")));
    }

    [Test]
    public void Symlinks_are_never_followed()
    {
        using var outside = new TemporaryTree { ["victim"] = "safe", ["dir/victim"] = "safe" };
        var before = Trees.Exact(outside.Root);
        using var tree = new TemporaryTree { ["dir/victim"] = "mine", ["other/victim"] = "mine" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo step > dir/victim; echo step > other/new").ShouldSucceed();
        var changes = sandbox.Changes;

        // Somebody puts symlinks where directories were, between collection and commit.
        Shell.Run(tree.Root, $"mv dir dir.bak; ln -s {outside.Root}/dir dir; mv other other.bak; ln -s {outside.Root} other");
        Assert.That(Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything)).Code, Is.EqualTo("SBX4001"));
        Assert.That(Trees.Exact(outside.Root), Is.EqualTo(before));
    }

    [Test]
    public void Marks_of_overlayfs_that_a_step_writes_itself_do_not_deceive()
    {
        using var tree = new TemporaryTree { ["dir/file"] = "old", ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree);
        var attribute = NativeProgram.Attribute;
        sandbox.Run($"{attribute} set dir user.overlay.opaque 79; {attribute} set file user.overlay.origin 00; {attribute} set dir/file user.overlay.whiteout 79; true", request => request with { Needs = [attribute] });
        sandbox.Commit();
        Assert.That(Trees.Exact(tree.Root), Does.Not.Contain("user.overlay"));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/file \"old\"\nf 644 file \"old\"\n"));
    }

    private const string CharacterDevice = "mknod \"$1\" c 1 3";
    private const string BlockDevice = "mknod \"$1\" b 8 0";

    /// <summary>Puts a node into an upper layer, as only root outside can; an ordinary user's kernel already refuses it.</summary>
    private static void Plant(string device, TemporaryTree tree, Action<Sandbox> act)
    {
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("mkdir made; echo new > file").ShouldSucceed();
        var node = Path.Combine(sandbox.Overlay.Roots[0].Upper, "made", "node");
        var made = Command.Run("/bin/sh", ["-c", device, "sh", node]);
        Assert.That(made.ExitCode == 0, Is.EqualTo(Caller.IsRoot), made.Error);
        if (Caller.IsRoot)
        {
            act(sandbox);
        }
    }
}
