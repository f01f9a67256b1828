namespace SandboxedBuild.Core.Tests;

/// <summary>Directories that steps see merged under a mount point, and what becomes of writes there.</summary>
internal sealed class LayerTests
{
    [Test]
    public void The_first_layer_wins_and_directories_are_merged()
    {
        using var layers = Three();
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run("cd /opt/sysroot; find . | LC_ALL=C sort; cat both include/both", LayeredSandbox.With(layers.PathOf("a"), layers.PathOf("b"), layers.PathOf("c"))).ShouldSucceed();
        Assert.That(step.Output, Is.EqualTo(".\n./both\n./include\n./include/both\n./include/of-a\n./include/of-b\n./lib\n./lib/of-c\na\nb\n"));
        Assert.That(sandbox.Changes.IsEmpty);
    }

    [Test]
    public void A_single_layer_is_one_too_and_can_be_written_to()
    {
        using var layers = Three();
        var before = Trees.Exact(layers.Root);
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run("cd /opt/sysroot; cat include/of-a; echo new > include/of-a; rm both; mkdir -p x/y; cat include/of-a; ls", LayeredSandbox.With(layers.PathOf("a"))).ShouldSucceed();
        Assert.That((step.Output, sandbox.Changes.IsEmpty, Trees.Exact(layers.Root)), Is.EqualTo(("a\nnew\ninclude\nx\n", true, before)));
    }

    [Test]
    public void A_layer_that_is_named_twice_is_where_it_was_first()
    {
        using var layers = Three();
        layers["link"] = TreeEntry.SymbolicLink("a");
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run("cat /opt/sysroot/both", LayeredSandbox.With(layers.PathOf("a"), layers.PathOf("c"), layers.PathOf("link"), layers.PathOf("a") + "/")).ShouldSucceed();
        Assert.That(step.Output, Is.EqualTo("a\n"));
    }

    [Test]
    public void Several_mount_points_have_layers_of_their_own_and_may_share_them()
    {
        using var layers = Three();
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run(
            "cat /opt/one/both /opt/two/both; echo x > /opt/one/both; cat /opt/two/both",
            request => LayeredSandbox.At("/opt/two", layers.PathOf("c"), layers.PathOf("a"))(LayeredSandbox.At("/opt/one", layers.PathOf("a"), layers.PathOf("c"))(request))).ShouldSucceed();
        Assert.That(step.Output, Is.EqualTo("a\nc\nc\n"));
    }

    [TestCase("colon:comma,back\\slash and space")]
    [TestCase("new\nline")]
    [TestCase("tab\tquote'\"$(echo)#")]
    [TestCase("-dash")]
    [TestCase("\\054\\040")]
    [TestCase("ä€𝄞")]
    public void Odd_names_are_names(string name)
    {
        using var layers = new TemporaryTree { [$"{name}/file"] = "of the layer\n" };
        using var tree = new TemporaryTree { [$"{name}/inner/keep"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        var inside = tree.PathOf($"{name}/inner");
        var step = sandbox.RunProgram(["cat", $"/opt/{name}/file", $"{inside}/file"], request => LayeredSandbox.At(inside, layers.PathOf(name))(LayeredSandbox.At($"/opt/{name}", layers.PathOf(name))(request))).ShouldSucceed();
        Assert.That((step.Output, sandbox.Changes.IsEmpty), Is.EqualTo(("of the layer\nof the layer\n", true)));
    }

    [Test]
    public void A_layer_may_be_reached_through_a_symlink_and_lie_on_another_filesystem()
    {
        using var memory = new OtherMount();
        Directory.CreateDirectory(Path.Combine(memory.Path, "layer"));
        File.WriteAllText(Path.Combine(memory.Path, "layer", "file"), "in memory\n");
        using var layers = new TemporaryTree { ["a/both"] = "a\n", ["link"] = TreeEntry.SymbolicLink(Path.Combine(memory.Path, "layer")) };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run("cd /opt/sysroot; cat file both; echo x >> file; rm both; ls", LayeredSandbox.With(layers.PathOf("link"), layers.PathOf("a"))).ShouldSucceed();
        Assert.That((step.Output, File.ReadAllText(Path.Combine(memory.Path, "layer", "file"))), Is.EqualTo(("in memory\na\nfile\n", "in memory\n")));
    }

    [Test]
    public void Steps_of_one_overlay_see_each_others_writes_and_a_commit_takes_none()
    {
        using var layers = Three();
        var before = Trees.Exact(layers.Root);
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var with = LayeredSandbox.With(layers.PathOf("a"), layers.PathOf("b"));
        sandbox.Run("cd /opt/sysroot; echo 1 > both; rm include/of-b; mkdir made", with).ShouldSucceed();
        var second = sandbox.Run($"cd /opt/sysroot; cat both; ls include; ls -d made; echo out > {tree.PathOf("out")}", with).ShouldSucceed();
        Assert.That((second.Output, sandbox.Reported), Is.EqualTo(("1\nboth\nof-a\nmade\n", "Added File out")));
        sandbox.Commit();
        Assert.That((tree.Describe(), Trees.Exact(layers.Root)), Is.EqualTo(("d 755 .\nf 644 out \"out\\n\"\n", before)));
    }

    [Test]
    public void What_is_written_below_mount_points_is_counted()
    {
        using var layers = Three();
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var with = LayeredSandbox.With(layers.PathOf("a"), layers.PathOf("b"));
        sandbox.Run("true", with).ShouldSucceed();
        Assert.That(SandboxedBuild.Sandboxing.LayerWrites.Count(sandbox.Overlay), Is.Zero);
        sandbox.Run("cd /opt/sysroot; echo 1 > include/both; rm include/of-b; mkdir -p made/deep; ln -s x made/deep/link", with).ShouldSucceed();
        Assert.That(SandboxedBuild.Sandboxing.LayerWrites.Count(sandbox.Overlay), Is.EqualTo(5));
    }

    [Test]
    public void Five_hundred_layers_are_merged()
    {
        using var layers = new TemporaryTree();
        var paths = Many(layers, 500);
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run("cd /opt/sysroot; cat all; ls | wc -l; cat of499; echo x > of499; cat of499", LayeredSandbox.With(paths)).ShouldSucceed();
        Assert.That(step.Output, Is.EqualTo("0\n501\n499\nx\n"));
    }

    [Test]
    public void More_than_five_hundred_are_told_how_many_and_what_to_do()
    {
        using var layers = new TemporaryTree();
        var paths = Many(layers, 600);
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var refused = Refusal.Of(() => sandbox.Run("true", LayeredSandbox.With([.. paths, .. paths])));
        Assert.That(refused, Has.Property("Code").EqualTo("SBX1050").And.Property("Message").Contains("600 layers").And.Property("Message").Contains("500").And.Property("Message").Contains("cp -al"));
    }

    [Test]
    public void A_file_that_is_named_as_whiteouts_are_in_archives_is_a_file()
    {
        using var layers = Three();
        layers["a/include/.wh.of-b"] = "";
        layers["a/lib/.wh..wh..opq"] = "";
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run("cd /opt/sysroot; ls -A include lib", LayeredSandbox.With(layers.PathOf("a"), layers.PathOf("b"), layers.PathOf("c"))).ShouldSucceed();
        Assert.That(step.Output, Is.EqualTo("include:\n.wh.of-b\nboth\nof-a\nof-b\n\nlib:\n.wh..wh..opq\nof-c\n"));
    }

    [Test]
    public void What_layers_hide_of_one_another_is_found()
    {
        using var layers = new TemporaryTree
        {
            ["a/same"] = "same",
            ["b/same"] = "same",
            ["a/dir/x"] = "1",
            ["b/dir/x"] = "2",
            ["c/dir/x"] = "1",
            ["b/dir/y"] = "only",
            ["a/entry"] = "file",
            ["b/entry/below"] = "x",
            ["a/link"] = TreeEntry.SymbolicLink("here"),
            ["c/link"] = TreeEntry.SymbolicLink("there"),
            ["b/new\nline"] = "1",
            ["c/new\nline"] = "22",
            ["b/gone"] = "x",
        };
        var (a, b, c) = (layers.PathOf("a"), layers.PathOf("b"), layers.PathOf("c"));

        // Everybody may make this device (mknod(2), since Linux 5.8): overlayfs's mark for what is deleted.
        Assert.That(Command.Run("mknod", [layers.PathOf("a/gone"), "c", "0", "0"]).ExitCode, Is.Zero);
        Assert.That(SandboxedBuild.Sandboxing.LayerConflicts.In(new([a, b, c], "/opt/sysroot")).Select(static conflict => conflict.ToString()), Is.EqualTo(new[]
        {
            $"dir/x: from {a}, hides {b}",
            $"entry: from {a}, hides {b}",
            $"gone: deleted by a whiteout in {a}, hides {b}",
            $"link: from {a}, hides {c}",
            $"new\\x0aline: from {b}, hides {c}",
        }));
    }

    [Test]
    public void A_step_that_fails_or_is_discarded_leaves_nothing()
    {
        using var layers = Three();
        var before = Trees.Exact(layers.Root);
        using var tree = new TemporaryTree();
        string state;
        using (var sandbox = Sandbox.Over(tree))
        {
            state = sandbox.Overlay.Directory;
            sandbox.Run("cd /opt/sysroot; mkdir -p shut/below; chmod 000 shut; exit 3", LayeredSandbox.With(layers.PathOf("a")));
        }

        Assert.That((Directory.Exists(state), Trees.Exact(layers.Root), tree.Describe()), Is.EqualTo((false, before, "d 755 .\n")));
    }

    private static TemporaryTree Three() => new()
    {
        ["a/both"] = "a\n",
        ["a/include/of-a"] = "a\n",
        ["b/include/both"] = "b\n",
        ["b/include/of-b"] = "b\n",
        ["c/both"] = "c\n",
        ["c/include/both"] = "c\n",
        ["c/lib/of-c"] = "c\n",
    };

    private static string[] Many(TemporaryTree layers, int count)
    {
        string[] paths = [.. Enumerable.Range(0, count).Select(number => layers.PathOf($"a-directory-with-a-rather-long-name-{number}"))];
        foreach (var (number, path) in paths.Index())
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, "all"), $"{number}\n");
            File.WriteAllText(Path.Combine(path, $"of{number}"), $"{number}\n");
        }

        return paths;
    }
}
