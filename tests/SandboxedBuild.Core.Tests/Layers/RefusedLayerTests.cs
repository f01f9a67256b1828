using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Layers that cannot be any; each diagnostic names the item, and the file that has it.</summary>
internal sealed class RefusedLayerTests
{
    [TestCase("missing", "SBX2061")]
    [TestCase("file", "SBX2061")]
    [TestCase("file/below", "SBX2061")]
    [TestCase("dangling", "SBX2061")]
    [TestCase("loop", "SBX2061")]
    [TestCase("tree", "SBX2062", TestName = "a root")]
    [TestCase("tree/sub", "SBX2062", TestName = "in a root")]
    [TestCase(".", "SBX2062", TestName = "around a root")]
    [TestCase("into", "SBX2062", TestName = "in a root, by a symlink")]
    [TestCase("state", "SBX2063", TestName = "the state directory")]
    [TestCase("state/below", "SBX2063", TestName = "in the state directory")]
    [TestCase("kept", "SBX2063", TestName = "the state directory, by a symlink")]
    public void A_layer_is_refused(string path, string code)
    {
        using var tree = new TemporaryTree
        {
            ["sub/file"] = "x",
            ["../file"] = "x",
            ["../dangling"] = TreeEntry.SymbolicLink("nowhere"),
            ["../loop"] = TreeEntry.SymbolicLink("loop"),
            ["../into"] = TreeEntry.SymbolicLink("tree/sub"),
            ["../kept"] = TreeEntry.SymbolicLink("state"),
            ["../state/below/file"] = "x",
        };
        using var sandbox = Sandbox.Over(tree);
        var layer = path == "." ? tree.Surroundings : tree.Beside(path);
        var refused = Refusal.Of(() => sandbox.Run("true", request => request with { Layers = [new(layer, LayeredSandbox.MountPoint) { File = "/the.csproj" }] }));
        Assert.That(refused, Has.Property("Code").EqualTo(code).And.Property("File").EqualTo("/the.csproj").And.Property("Message").Contains(layer), refused.Message);
    }

    [Test]
    public void A_layer_that_is_relative_or_has_no_mount_point_is_refused()
    {
        using var layer = new TemporaryTree { ["file"] = "x" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refusal.Of(() => sandbox.Run("true", LayeredSandbox.With("relative"))).Code, Is.EqualTo("SBX2061"));
            Assert.That(Refusal.Of(() => sandbox.Run("true", LayeredSandbox.At(string.Empty, layer.Root))).Code, Is.EqualTo("SBX2060"));
        }
    }

    [TestCase("a", "a/b")]
    [TestCase("a/b", "a")]
    [TestCase("c", "link/b", "a")]
    public void Layers_in_one_another_are_named(params string[] paths)
    {
        using var layers = new TemporaryTree { ["a/b/file"] = "x", ["a-b/file"] = "x", ["c/file"] = "x", ["link"] = TreeEntry.SymbolicLink("a") };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var refused = Refusal.Of(() => sandbox.Run("true", LayeredSandbox.With([layers.PathOf("a-b"), .. paths.Select(layers.PathOf)])));
        Assert.That(refused, Has.Property("Code").EqualTo("SBX2064").And.Property("Message").Contains(layers.PathOf(paths.First(path => path.EndsWith('b')))));
    }

    [Test]
    public void Neighbours_whose_names_begin_alike_do_not_lie_in_one_another()
    {
        using var layers = new TemporaryTree { ["a/file"] = "x", ["a-b/file"] = "x", ["a b/file"] = "x" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("cat /opt/sysroot/file", LayeredSandbox.With(layers.PathOf("a"), layers.PathOf("a-b"), layers.PathOf("a b"))).ShouldSucceed();
    }

    [Test]
    public void A_layer_does_not_show_what_is_hidden()
    {
        using var layer = new TemporaryTree { ["secret/key"] = "x", ["file"] = "x" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var refused = Refusal.Of(() => sandbox.Run("true", request => LayeredSandbox.With(layer.Root)(request with { Paths = [new(layer.PathOf("secret"), MountAccess.Hidden)] })));
        Assert.That(refused, Has.Property("Code").EqualTo("SBX2066").And.Property("Message").Contains(layer.PathOf("secret")));
    }

    [Test]
    public void Nor_does_it_show_roots_steps_what_only_root_may_read()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        if (OrdinaryUser.IsRoot)
        {
            Assert.That(Refusal.Of(() => sandbox.Run("true", LayeredSandbox.With("/etc"))).Code, Is.EqualTo("SBX2066"));
        }
        else
        {
            Assert.That(sandbox.Run("cat /opt/sysroot/shadow > /dev/null", LayeredSandbox.With("/etc")).Status.ExitCode, Is.Not.Zero);
        }
    }

    [Test]
    public void What_the_kernel_refuses_to_merge_is_told_with_its_filesystem()
    {
        using var layers = new TemporaryTree { ["a/file"] = "x", ["b"] = TreeEntry.Directory() };
        Scenario.RunAsRoot(MergeTwice, $"mount --bind {layers.PathOf("a")} {layers.PathOf("b")}", layers.Root, layers.Beside("root"), layers.Beside("state"));
    }

    private static void MergeTwice(string[] arguments)
    {
        var (layers, root, state) = (arguments[0], arguments[1], arguments[2]);
        Directory.CreateDirectory(root);
        using var sandbox = Sandbox.Over(state, root);
        var status = sandbox.Run("true", LayeredSandbox.With(layers + "/a", layers + "/b")).Status;
        Assert.That(status.ExitCode, Is.Null);
        Assert.That(status.Failure, Has.Property("Code").EqualTo("SBX1051").And.Property("Message").Contains("/opt/sysroot").And.Property("Message").Contains("They are on: "));
    }
}
