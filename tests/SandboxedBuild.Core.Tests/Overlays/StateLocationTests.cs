using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>Where an overlay's state is kept.</summary>
internal sealed class StateLocationTests
{
    [Test]
    public void The_directory_that_was_asked_for_comes_first()
    {
        using var tree = new TemporaryTree();
        using var overlay = Store(tree, tree.Beside("asked/for")).Create([tree.Root]);
        using (Removal(overlay))
        {
            Assert.That((Path.GetDirectoryName(overlay.Directory), overlay.Roots[0].SameMount), Is.EqualTo((tree.Beside("asked/for"), true)));
        }
    }

    [Test]
    public void The_directory_that_was_asked_for_is_used_across_mounts_too()
    {
        using var tree = new TemporaryTree();
        using var other = new OtherMount();
        using var overlay = Store(tree, other.Path).Create([tree.Root]);
        using (Removal(overlay))
        {
            Assert.That((Path.GetDirectoryName(overlay.Directory), overlay.Roots[0].SameMount), Is.EqualTo((other.Path, false)));
        }
    }

    [Test]
    public void Then_comes_the_cache_if_it_is_on_the_roots_mount()
    {
        using var tree = new TemporaryTree();
        using var overlay = Store(tree).Create([tree.Root]);
        using (Removal(overlay))
        {
            Assert.That((Path.GetDirectoryName(overlay.Directory), overlay.Roots[0].SameMount), Is.EqualTo((tree.Beside("home/.cache/sandboxed-build/overlays"), true)));
        }
    }

    [Test]
    public void The_cache_is_where_the_caller_says()
    {
        using var tree = new TemporaryTree();
        var store = new OverlayStore(Callers.At(tree.Beside("home")).And("XDG_CACHE_HOME", tree.Beside("cache")), null);
        using var overlay = store.Create([tree.Root]);
        using (Removal(overlay))
        {
            Assert.That(Path.GetDirectoryName(overlay.Directory), Is.EqualTo(tree.Beside("cache/sandboxed-build/overlays")));
        }
    }

    [Test]
    public void Beside_the_root_comes_next_and_the_cache_leads_there()
    {
        using var tree = new TemporaryTree();
        using var other = new OtherMount();
        var root = Directory.CreateDirectory(Path.Combine(other.Path, "root")).FullName;
        var store = Store(tree);
        using (var overlay = store.Create([root]))
        using (Removal(overlay))
        {
            var link = tree.Beside($"home/.cache/sandboxed-build/overlays/{overlay.Id}");
            using (Assert.EnterMultipleScope())
            {
                Assert.That((Path.GetDirectoryName(overlay.Directory), overlay.Roots[0].SameMount), Is.EqualTo((Path.Combine(other.Path, $".sandboxed-build-{Caller.Uid}"), true)));
                Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(overlay.Directory));
                Assert.That(store.Open(overlay.Id).Directory, Is.EqualTo(overlay.Directory));
            }
        }

        Assert.That(Directory.EnumerateFileSystemEntries(tree.Beside("home/.cache/sandboxed-build/overlays")).Where(static path => !path.EndsWith(".lock", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_cache_across_mounts_comes_last()
    {
        using var tree = new TemporaryTree();

        // Beside a mount point is another mount.
        Scenario.Run(Last, $"mount -t tmpfs -o mode=1777 none {tree.Root}", tree.Root, tree.Beside("home"));
    }

    private static void Last(string[] arguments)
    {
        using var overlay = new OverlayStore(Callers.At(arguments[1]), null).Create([arguments[0]]);
        using (Removal(overlay))
        {
            Assert.That((Path.GetDirectoryName(overlay.Directory), overlay.Roots[0].SameMount), Is.EqualTo((Path.Combine(arguments[1], ".cache/sandboxed-build/overlays"), false)));
        }
    }

    [Test]
    public void A_directory_beside_the_root_that_others_may_write_to_is_not_used()
    {
        using var tree = new TemporaryTree();
        using var other = new OtherMount();
        var root = Directory.CreateDirectory(Path.Combine(other.Path, "root")).FullName;
        Shell.Run(other.Path, $"mkdir -m 777 .sandboxed-build-{Caller.Uid}");
        using var overlay = Store(tree).Create([root]);
        using (Removal(overlay))
        {
            Assert.That((Path.GetDirectoryName(overlay.Directory), overlay.Roots[0].SameMount), Is.EqualTo((tree.Beside("home/.cache/sandboxed-build/overlays"), false)));
        }
    }

    [Test]
    public void A_cache_inside_the_root_is_not_used()
    {
        using var tree = new TemporaryTree { ["home/file"] = "x" };
        using var overlay = new OverlayStore(Callers.At(tree.PathOf("home")), null).Create([tree.Root]);
        using (Removal(overlay))
        {
            Assert.That(Path.GetDirectoryName(overlay.Directory), Is.EqualTo(tree.Beside($".sandboxed-build-{Caller.Uid}")));
            Assert.That(tree.Describe(), Is.EqualTo("d 755 .\nd 755 home\nf 644 home/file \"x\"\n"));
        }
    }

    [TestCase("relative/cache")]
    [TestCase("")]
    public void A_cache_that_is_not_absolute_is_ignored(string cache)
    {
        var caller = Callers.At("/home/of/somebody").And("XDG_CACHE_HOME", cache);
        Assert.That(StateLocation.InCache(caller), Is.EqualTo("/home/of/somebody/.cache/sandboxed-build/overlays"));
    }

    private static OverlayStore Store(TemporaryTree tree, string? state = null) => new(Callers.At(Directory.CreateDirectory(tree.Beside("home")).FullName), state);

    private static Disposal Removal(Overlay overlay) => new(overlay.Discard);
}
