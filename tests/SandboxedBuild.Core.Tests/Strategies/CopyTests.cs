using SandboxedBuild.Commits;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>The copy of a root, and what cannot be copied.</summary>
internal sealed class CopyTests
{
    private const string Plants = """
        truncate -s 300K small; printf x | dd of=small bs=1 seek=200000 conv=notrunc 2>/dev/null
        truncate -s 5M sparse; echo end >> sparse; truncate -s 40K tiny; echo x >> tiny
        dd if=/dev/urandom of=large bs=1M count=2 2>/dev/null
        echo x > one; ln one two; mkdir links; ln one links/three; ln -s one slink; ln slink slink2
        mkdir -m 2775 setgid; mkdir -m 1777 sticky; mkdir -m 500 readonly; chmod 4755 tool
        touch "$(printf 'new\nline\377')"; touch -- -n; attr set setgid user.x 00ff
        """;

    [TestCase(1)]
    [TestCase(4)]
    public void A_copy_is_the_same_in_everything(int threads)
    {
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var tree = new TemporaryTree();
            using var memory = new OtherMount();
            var root = tree.PathOf("root");
            Garden.Raise(root, Garden.Plants + "\n" + Plants + "\nmkdir later; echo x > later/file; chmod 500 later");
            var before = Trees.Exact(root);
            using var overlay = Store(place == StatePlace.SameMount ? tree.Beside("state") : Path.Combine(memory.Path, "state")).With(new(1000, 1 << 30, threads)).Create([root], strategy: Strategy.Copy);
            Assert.That(Trees.Exact(overlay.Roots[0].Upper), Is.EqualTo(before));
            Assert.That(Trees.Exact(root), Is.EqualTo(before));
            Assert.That(SandboxedBuild.Changes.Collector.Collect(overlay).Entries, Is.Empty);
            overlay.Discard();
        }
    }

    [TestCase(10, 1 << 20, "more than 10 files and directories")]
    [TestCase(1000, 200 * 1024, "GiB that its filesystem cannot share")]
    public void A_root_that_is_too_large_is_refused_and_named(int entries, int bytes, string said)
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "mkdir a; for i in $(seq 20); do head -c 50000 /dev/urandom > a/$i; done");
        var refused = Refusal.Of(() => Store(tree.Beside("state")).With(new(entries, bytes, 2)).Create([tree.Root], strategy: Strategy.Copy));
        Assert.That((refused.Code, refused.Message), Is.EqualTo(("SBX1022", refused.Message)));
        Assert.That(refused.Message, Does.Contain(tree.Root).And.Contain(said).And.Contain("SandboxRoot"));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    /// <summary>Any call may fail, as when the disk is full in the middle.</summary>
    [TestCase(Errno.NoSpace, false)]
    [TestCase(Errno.NoSpace, true)]
    [TestCase(5, false)]
    public void A_copy_that_fails_leaves_nothing(int error, bool lasting)
    {
        using var tree = new TemporaryTree();
        Garden.Raise(tree.PathOf("root"), "echo x > file; ln file dir-link; mkdir -p dir/sub; echo x > dir/file; ln -s x link; mkfifo pipe; attr set file user.colour 626c7565; attr set dir user.shape 00; head -c 100000 /dev/urandom > large; mkdir -m 500 shut");
        var before = Trees.Exact(tree.PathOf("root"));
        var store = Store(tree.Beside("state")).With(new(1000, 1 << 30, 1));
        for (var index = 0; ; index++)
        {
            var call = string.Empty;
            var left = index;
            FaultPoint.Inject = name =>
            {
                if (name is "unlinkat" or "fchmodat" or "open" or "openat2" or "statx" or "getdents64" or "flistxattr" or "llistxattr" or "lgetxattr" || !IsCopying() || left-- > 0)
                {
                    return 0;
                }

                call = call.Length == 0 ? name : call;
                left = lasting ? 0 : int.MaxValue;
                return error;
            };
            try
            {
                using var overlay = store.Create([tree.PathOf("root")], strategy: Strategy.Copy);
                FaultPoint.Inject = null;
                Assert.That(call.Length == 0 || Trees.Exact(overlay.Roots[0].Upper) == before, $"{index}: {call}");
                overlay.Discard();
                if (call.Length == 0)
                {
                    Assert.That(index, Is.GreaterThan(25));
                    return;
                }
            }
            catch (SandboxedBuild.Diagnostics.SandboxException e)
            {
                FaultPoint.Inject = null;
                Assert.That(e.Diagnostic.Code, Is.EqualTo("SBX1023"), $"{index}: {call}: {e.Message}");
            }
            finally
            {
                FaultPoint.Inject = null;
            }

            Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty, $"{index}: {call}");
        }

        bool IsCopying() => Directory.EnumerateDirectories(tree.Beside("state")).SelectMany(Directory.EnumerateDirectories).Any(static storage => Directory.Exists(Path.Combine(storage, "upper")));
    }

    [Test]
    public void It_can_be_given_up_in_the_middle()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "for i in $(seq 500); do mkdir $i; touch $i/file; done");
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.That(() => Store(tree.Beside("state")).Create([tree.Root], strategy: Strategy.Copy, cancellation: cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [Test]
    public void The_state_of_overlays_is_not_copied()
    {
        using var tree = new TemporaryTree { ["file"] = "x", ["cache/overlays/20200101T000000Z-00000000/1/upper/secret"] = "x", ["cache/overlays/.sandboxed-build.lock"] = "", [".sandboxed-build-0/file"] = "x" };
        using var sandbox = Sandbox.Over(tree, Strategy.Copy);
        Assert.That(sandbox.Run("find . | sort; echo y > file").ShouldSucceed().Output, Is.EqualTo(".\n./cache\n./cache/overlays\n./file\n"));
        sandbox.Commit();
        Assert.That((tree.Has("cache/overlays/20200101T000000Z-00000000/1/upper/secret"), tree.Has(".sandboxed-build-0/file")), Is.EqualTo((true, true)));
    }

    /// <summary>A file with names outside of the root is a file of its own in the copy, and after the commit.</summary>
    [Test]
    public void Where_a_name_lies_outside_the_file_is_parted_and_that_is_said()
    {
        using var tree = new TemporaryTree { ["root/file"] = "old" };
        Shell.Run(tree.Root, "ln root/file outside; ln root/file root/second; echo x > root/x; ln root/x x; echo y > root/y; ln root/y y");
        using var sandbox = Sandbox.Over(Strategy.Copy, tree.Beside("state"), tree.PathOf("root"));
        sandbox.Run("echo step > file; rm x; echo step > y.new; mv y.new y").ShouldSucceed();
        var warnings = sandbox.Commit().Warnings;
        Assert.That(warnings.Select(static warning => warning.Code), Is.EqualTo(new[] { "SBX4013" }));
        Assert.That(warnings[0].Message, Does.Contain("root/file ").And.Not.Contain("root/y"));
        Assert.That(tree.Read("root/file") + tree.Read("root/second") + tree.Read("outside") + tree.Read("y"), Is.EqualTo("step\nstep\noldy\n"));
    }

    /// <summary>Overlays are swept by whoever comes next, a half-made copy too.</summary>
    [Test]
    public void What_a_killed_process_has_copied_is_removed()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "mkdir a; for i in $(seq 100); do echo $i > a/$i; done");
        Scenario.Die(CopyAndDie, tree.Root, tree.Beside("state"));
        Assert.That(Directory.EnumerateFiles(tree.Beside("state"), "*", SearchOption.AllDirectories).Count(), Is.GreaterThan(20));
        Store(tree.Beside("state")).Sweep(tree.Root);
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    private static void CopyAndDie(string[] arguments)
    {
        var left = 60;
        FaultPoint.Inject = call =>
        {
            if (call == "openat2 O_CREAT" && left-- == 0)
            {
                using var self = System.Diagnostics.Process.GetCurrentProcess();
                self.Kill();
                Thread.Sleep(Timeout.Infinite);
            }

            return 0;
        };
        Store(arguments[1]).With(new(1000, 1 << 30, 1)).Create([arguments[0]], strategy: Strategy.Copy);
    }

    private static OverlayStore Store(string state) => Sandbox.StoreAt(state);
}

/// <summary>Stores that copy less.</summary>
internal static class LimitedStores
{
    public static OverlayStore With(this OverlayStore store, CopyLimits limits) => store with { Limits = limits };
}
