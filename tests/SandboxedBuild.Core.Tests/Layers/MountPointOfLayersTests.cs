using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Where layers may be seen, and that no mount point is left anywhere.</summary>
internal sealed class MountPointOfLayersTests
{
    [TestCase("deps", "own\n")]
    [TestCase("sub/deps", "own\n")]
    public void In_a_root_they_hide_what_the_root_has_there(string path, string hidden)
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree { [$"{path}/file"] = hidden, [$"{path}/other"] = "x" };
        var before = Trees.Exact(tree.Root);
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run($"cd {path}; ls; cat file; echo x > file; rm -f other", LayeredSandbox.At(tree.PathOf(path), layer.Root)).ShouldSucceed();
        Assert.That((step.Output, sandbox.Changes.IsEmpty), Is.EqualTo(("file\nlayer\n", true)));
        sandbox.Commit();
        Assert.That((Trees.Exact(tree.Root), layer.Read("file")), Is.EqualTo((before, "layer\n")));
    }

    [TestCase("deps")]
    [TestCase("sub/deps")]
    [TestCase("new/deeper/deps")]
    public void In_a_root_that_has_nothing_there_no_ghost_is_left_and_no_change_reported(string path)
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree { ["sub/file"] = "x" };
        var before = Trees.Exact(tree.Root);
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run($"cat {path}/file; echo x > {path}/made", LayeredSandbox.At(tree.PathOf(path), layer.Root)).ShouldSucceed();
        Assert.That((step.Output, sandbox.Changes.IsEmpty), Is.EqualTo(("layer\n", true)));
        sandbox.Commit();
        Assert.That((Trees.Exact(tree.Root), layer.Has("made")), Is.EqualTo((before, false)));
    }

    [Test]
    public void What_a_step_makes_beside_a_mount_point_is_committed_without_it()
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree { ["sub/file"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        var with = LayeredSandbox.At(tree.PathOf("new/deeper/deps"), layer.Root);
        sandbox.Run("echo 1 > new/one", with).ShouldSucceed();
        sandbox.Run("echo 2 > new/deeper/two; cat new/one; ls new/deeper; ls new/deeper/deps", with).ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo("Added Directory new\nAdded Directory new/deeper\nAdded File new/deeper/two\nAdded File new/one"));
        sandbox.Commit();
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 new\nd 755 new/deeper\nf 644 new/deeper/two \"2\\n\"\nf 644 new/one \"1\\n\"\nd 755 sub\nf 644 sub/file \"x\"\n"));
        Assert.That(Trees.Exact(tree.Root), Does.Not.Contain("user.overlay"));
    }

    [Test]
    public void What_somebody_else_makes_meanwhile_where_the_mount_point_is_stays()
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo 1 > new/one", LayeredSandbox.At(tree.PathOf("new/deps"), layer.Root)).ShouldSucceed();
        tree["new/theirs"] = "x";
        if (OrdinaryUser.IsRoot)
        {
            Assert.That(sandbox.CommitRefused().Code, Is.EqualTo("SBX4001"));
        }
        else
        {
            // Overlayfs does not tell an ordinary user that it is another directory; what is in both is merged.
            sandbox.Commit();
        }

        Assert.That((tree.Read("new/theirs"), tree.Has("new/deps")), Is.EqualTo(("x", false)));
    }

    [Test]
    public void A_step_cannot_remove_a_mount_point()
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree { ["deps/own"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run("rm -rf deps 2>/dev/null || mv deps gone 2>/dev/null || echo stays; umount deps 2>/dev/null || echo mounted", LayeredSandbox.At(tree.PathOf("deps"), layer.Root)).ShouldSucceed();
        Assert.That((step.Output, sandbox.Changes.IsEmpty, tree.Read("deps/own"), layer.Read("file")), Is.EqualTo(("stays\nmounted\n", true, "x", "layer\n")));
    }

    [TestCase("/opt/sysroot")]
    [TestCase("/sysroot")]
    [TestCase("/tmp/sysroot")]
    [TestCase("/var/lib/a/b/c")]
    [TestCase("~/sysroot")]
    public void Outside_of_every_root_they_are_where_nothing_of_the_host_is(string mountPoint)
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var step = sandbox.Run($"cat {mountPoint}/file; echo x > {mountPoint}/file; cat {mountPoint}/file; test ! -w {mountPoint}/.. || case {mountPoint} in /tmp/*|*/state-home/*) ;; *) exit 1; esac", LayeredSandbox.At(mountPoint, layer.Root)).ShouldSucceed();
        Assert.That((step.Output, layer.Read("file")), Is.EqualTo(("layer\nx\n", "layer\n")));
        Assert.That(Directory.Exists(mountPoint), Is.False);
    }

    [TestCase("/")]
    [TestCase("/usr")]
    [TestCase("/usr/local/sysroot")]
    [TestCase("/etc")]
    [TestCase("/etc/sysroot")]
    [TestCase("/bin/x")]
    [TestCase("/lib/sysroot")]
    [TestCase("/proc")]
    [TestCase("/proc/sysroot")]
    [TestCase("/proc/sys/x")]
    [TestCase("/dev/shm/x")]
    [TestCase("/tmp")]
    [TestCase("/var")]
    [TestCase("~")]
    [TestCase("/opt/../usr/x")]
    [TestCase("relative")]
    public void Over_the_system_they_are_refused(string mountPoint)
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var refused = Refusal.Of(() => sandbox.Run("true", LayeredSandbox.At(mountPoint, layer.Root)));
        Assert.That(refused.Code, Is.EqualTo("SBX2065"), refused.Message);
        Assert.That(refused.Message, Does.Contain(layer.Root));
    }

    [TestCase("", TestName = "a root itself")]
    [TestCase("..", TestName = "around a root")]
    [TestCase("file", TestName = "a file")]
    [TestCase("file/below", TestName = "below a file")]
    [TestCase("link", TestName = "a symlink")]
    [TestCase("link/below", TestName = "below a symlink")]
    [TestCase("away/below", TestName = "below a symlink that leads outside")]
    [TestCase("dangling", TestName = "a dangling symlink")]
    [TestCase(".git/hooks", TestName = "in a protected place")]
    [TestCase("hidden/below", TestName = "in a hidden directory")]
    public void A_mount_point_in_a_root_is_refused(string path)
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree
        {
            ["dir/file"] = "x",
            ["file"] = "x",
            ["hidden/file"] = "x",
            [".git/config"] = "",
            ["link"] = TreeEntry.SymbolicLink("dir"),
            ["away"] = TreeEntry.SymbolicLink("../outside"),
            ["dangling"] = TreeEntry.SymbolicLink("/oldroot/nowhere"),
            ["../outside/inside/file"] = "x",
        };
        var before = Trees.Exact(tree.Root);
        using var sandbox = Sandbox.Over(tree);
        var refused = Refusal.Of(() => sandbox.Run("true", request => LayeredSandbox.At(path.Length == 0 ? tree.Root : tree.PathOf(path), layer.Root)(request with { Paths = [new(tree.PathOf("hidden"), MountAccess.Hidden)] })));
        Assert.That((refused.Code, Trees.Exact(tree.Root)), Is.EqualTo(("SBX2065", before)), refused.Message);
    }

    [Test]
    public void Mount_points_do_not_lie_in_one_another()
    {
        using var layers = new TemporaryTree { ["a/file"] = "x", ["b/file"] = "x" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        foreach (var (first, second) in new[] { ("/opt/a", "/opt/a/b"), ("/opt/a/b", "/opt/a") })
        {
            Assert.That(Refusal.Of(() => sandbox.Run("true", request => LayeredSandbox.At(second, layers.PathOf("b"))(LayeredSandbox.At(first, layers.PathOf("a"))(request)))).Code, Is.EqualTo("SBX2065"));
        }
    }

    [TestCase("rm -r sub; ln -s /oldroot{0} sub", "sub/deps", TestName = "a symlink in the place of a directory above")]
    [TestCase("rm -r sub/deps; ln -s /oldroot{0} sub/deps", "sub/deps", TestName = "a symlink in the place of the mount point")]
    [TestCase("ln -s /oldroot{0} made", "made/deps", TestName = "a symlink where nothing was")]
    [TestCase("rm -r sub", "sub/deps", TestName = "a directory that is gone")]
    [TestCase("rm -r sub; mkdir sub", "sub/deps", TestName = "a directory that is another one")]
    [TestCase("echo x > made", "made/deps", TestName = "a file where nothing was")]
    public void What_an_earlier_step_has_put_in_the_way_is_refused_and_leads_nowhere(string script, string path)
    {
        using var outside = new TemporaryTree { ["dir/file"] = "safe" };
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree { ["sub/deps/file"] = "x" };
        var (before, live) = (Trees.Exact(outside.Root), Trees.Exact(tree.Root));
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run(script.Replace("{0}", outside.PathOf("dir"), StringComparison.Ordinal)).ShouldSucceed();
        var reported = sandbox.Reported;
        Assert.That(Refusal.Of(() => sandbox.Run("true", LayeredSandbox.At(tree.PathOf(path), layer.Root))).Code, Is.EqualTo("SBX2065"));
        Assert.That((Trees.Exact(outside.Root), Trees.Exact(tree.Root), sandbox.Reported), Is.EqualTo((before, live, reported)));
    }

    [Test]
    public void A_directory_that_an_earlier_step_has_made_can_hold_a_mount_point()
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("mkdir -p made; echo 1 > made/one").ShouldSucceed();
        Assert.That(sandbox.Run("cat made/deps/file made/one", LayeredSandbox.At(tree.PathOf("made/deps"), layer.Root)).ShouldSucceed().Output, Is.EqualTo("layer\n1\n"));
        Assert.That(sandbox.Reported, Is.EqualTo("Added Directory made\nAdded File made/one"));
    }

    [Test]
    public void A_bwrap_that_mounts_overlays_gets_the_first_layer_last_and_the_mount_points_lowest()
    {
        using var layers = new TemporaryTree { ["a/file"] = "x", ["b/file"] = "x" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var plan = PlanBuilder.Build(LayeredSandbox.At(tree.PathOf("deps"), layers.PathOf("a"), layers.PathOf("b"))(sandbox.Request(["true"])));
        var (root, storage) = (sandbox.Overlay.Roots[0], LayerStorage.Of(sandbox.Overlay, LayeredMounts.In(plan).Single()));
        var options = System.Text.Encoding.UTF8.GetString(BubblewrapArguments.For(plan, sandbox.Overlay, mountsOverlays: true)).Replace('\0', ' ');
        Assert.That(options, Does.Contain($" --overlay-src {MountPointPlaces.Of(root)} --overlay-src {root.Path} --overlay {root.Upper} {root.Work} {root.Path} --overlay-src {layers.PathOf("b")} --overlay-src {layers.PathOf("a")} --overlay {storage.Upper} {storage.Work} {tree.PathOf("deps")} "));
    }

    [TestCase(20, true)]
    [TestCase(500, false)]
    public void It_gets_no_more_layers_than_their_paths_fit_into_a_page(int count, bool fit)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var plan = PlanBuilder.Build(sandbox.Request(["true"]));
        plan = plan with { Mounts = plan.Mounts.Add(new LayerMount([.. Enumerable.Range(0, count).Select(static number => $"/srv/layer,{number}")], "/opt/sysroot")) };
        Assert.That(LayeredMounts.CanBeOptions(plan, sandbox.Overlay), Is.EqualTo(fit));
    }

    [Test]
    public void A_root_that_is_given_by_another_name_has_its_mount_points_by_that_name_too()
    {
        using var layer = new TemporaryTree { ["file"] = "layer\n" };
        using var tree = new TemporaryTree { ["sub/file"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        var alias = tree.Beside("alias");
        var step = sandbox.Run($"cat {alias}/sub/deps/file sub/deps/file", request => LayeredSandbox.At($"{alias}/sub/deps", layer.Root)(request with { Aliases = request.Aliases.Add(alias, tree.Root) })).ShouldSucceed();
        Assert.That((step.Output, sandbox.Changes.IsEmpty), Is.EqualTo(("layer\nlayer\n", true)));
    }
}
