using SandboxedBuild.Commits;

namespace SandboxedBuild.Core.Tests;

/// <summary>Upper layers and live trees that somebody has prepared to lead a commit astray.</summary>
internal sealed class HostileUpperTests
{
    private const string Outside = "../outside";

    /// <summary>What a step leaves, and then what happens in the upper layer or the live tree between collection and commit.</summary>
    [TestCase("echo new > dir/file", "mv dir dir.away; ln -s ../outside dir", false, TestName = "the parent of a change becomes a symlink in the live tree")]
    [TestCase("echo new > dir/victim", "rm -r dir; ln -s ../outside dir", false, TestName = "the parent of a new file becomes a symlink in the live tree")]
    [TestCase("echo new > file", "rm file; ln -s ../outside/victim file", false, TestName = "the target of a change becomes a symlink in the live tree")]
    [TestCase("echo new > file", "rm file; mkfifo file", false, TestName = "the target of a change becomes a pipe in the live tree")]
    [TestCase("rm -r dir", "mv dir dir.away; ln -s ../outside dir", false, TestName = "what is deleted becomes a symlink in the live tree")]
    [TestCase("rm -r dir; mkdir dir; echo new > dir/new", "mv dir dir.away; ln -s ../outside dir", false, TestName = "what is replaced becomes a symlink in the live tree")]
    [TestCase("chmod 711 dir; touch -d @1000000000 dir", "mv dir dir.away; ln -s ../outside dir", false, TestName = "what changes its mode becomes a symlink in the live tree")]
    [TestCase("echo new > dir/file", "rm -r dir; ln -s $PWD/../outside dir", true, TestName = "the parent of a change becomes a symlink in the upper layer")]
    [TestCase("echo new > file", "rm file; ln -s $PWD/../outside/victim file", true, TestName = "a change becomes a symlink in the upper layer")]
    [TestCase("echo new > file", "rm file; mkfifo file", true, TestName = "a change becomes a pipe in the upper layer")]
    [TestCase("mkdir new; echo new > new/file", "rm -r new; ln -s $PWD/../outside new", true, TestName = "a new directory becomes a symlink in the upper layer")]
    public void Nothing_outside_is_touched(string script, string swap, bool inUpper)
    {
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var tree = new TemporaryTree { ["outside/victim"] = "safe", ["outside/file"] = "safe", ["root/file"] = "old", ["root/dir/file"] = "old" };
            using var memory = new OtherMount();
            var outside = Trees.Exact(tree.PathOf("outside"));
            using var sandbox = Sandbox.Over(place == StatePlace.OtherMount ? Path.Combine(memory.Path, "state") : tree.Beside("state"), tree.PathOf("root"));
            sandbox.Run(script).ShouldSucceed();
            var changes = sandbox.Changes;
            Shell.Run(inUpper ? sandbox.Overlay.Roots[0].Upper : tree.PathOf("root"), swap.Replace("$PWD/" + Outside, tree.PathOf("outside"), StringComparison.Ordinal));
            var live = Trees.Exact(tree.PathOf("root"));
            var refused = Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything with { IsReviewed = true }));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(refused.Code, Is.EqualTo("SBX4001").Or.EqualTo("SBX4003"), refused.Message);
                Assert.That(Trees.Exact(tree.PathOf("outside")), Is.EqualTo(outside), "outside");
                Assert.That(Trees.Exact(tree.PathOf("root")), Is.EqualTo(live), "the live tree");
            }
        }
    }

    /// <summary>Marks that a command sets itself on what it made, which the kernel keeps apart, and forged ones in the upper layer.</summary>
    [TestCase("opaque", "79")]
    [TestCase("opaque", "78")]
    [TestCase("whiteout", "79")]
    [TestCase("redirect", "2f6f757473696465")]
    [TestCase("origin", "00fb1d0001")]
    [TestCase("metacopy", "''")]
    [TestCase("overlay.opaque", "79")]
    public void Forged_marks_neither_delete_nor_stay(string mark, string value)
    {
        const string Script = "mkdir new; echo x > new/file; : > new/empty; echo more >> file; echo more >> dir/file";
        using var tree = new TemporaryTree { ["dir/file"] = "old", ["dir/kept"] = "old", ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree);

        // A directory with a note of a live one that is not there is a conflict: somebody has moved that one.
        var marks = string.Join("; ", new[] { mark == "origin" ? "new/file" : "new", "new/file", "new/empty", "file", "dir/file" }.Select(path => $"{NativeProgram.Attribute} set {path} user.overlay.{mark} {value}"));
        sandbox.Run($"{Script}; ({marks}) 2>/dev/null; true", static request => request with { Needs = [NativeProgram.Attribute] }).ShouldSucceed();
        Shell.Run(sandbox.Overlay.Roots[0].Upper, marks);
        sandbox.Commit();
        Assert.That(Trees.Exact(tree.Root), Does.Not.Contain("user.overlay"));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/file \"oldmore\\n\"\nf 644 dir/kept \"old\"\nf 644 file \"oldmore\\n\"\nd 755 new\nf 644 new/empty \"\"\nf 644 new/file \"x\\n\"\n"));
    }

    [Test]
    public void A_hard_link_out_of_the_upper_layer_cannot_be_made()
    {
        using var tree = new TemporaryTree { ["outside/victim"] = "safe", ["root/file"] = "old" };
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("root"));
        sandbox.Run($"ln ../outside/victim link; ln {tree.PathOf("outside/victim")} link; ln {sandbox.Overlay.Roots[0].Upper}/file link; echo x > file");
        sandbox.Commit();
        Assert.That(tree.Describe(), Does.Not.Contain("link"));
        Assert.That(tree.Read("outside/victim"), Is.EqualTo("safe"));
    }

    /// <summary>A name outside the layer, which only the user's own processes can give.</summary>
    [Test]
    public void What_is_copied_across_mounts_is_a_file_of_its_own()
    {
        using var tree = new TemporaryTree { ["root/file"] = "old" };
        using var memory = new OtherMount();
        using var sandbox = Sandbox.Over(Path.Combine(memory.Path, "state"), tree.PathOf("root"));
        sandbox.Run("echo new > linked").ShouldSucceed();
        Shell.Run(sandbox.Overlay.Roots[0].Upper, "ln linked ../../outside-name");
        sandbox.Commit();
        Assert.That(Trees.LineOf(tree.PathOf("root"), "linked"), Does.Contain("\"new\\x0a\"").And.Not.Contain("links"));
    }
}
