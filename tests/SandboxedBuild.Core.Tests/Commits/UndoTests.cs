using SandboxedBuild.Commits;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// A commit that fails in the middle is taken back. What makes it fail is a mount over a live entry, which cannot be renamed; the
/// story is told in a mount namespace of its own (see <see cref="Scenario"/>).
/// </summary>
internal sealed class UndoTests
{
    /// <summary>The step; each one comes to <c>zz</c>, the mount, last.</summary>
    private static readonly string[] Steps =
    [
        "echo step > zz/file",
        "echo step > file; rm dir/file; mkdir -p made/sub; echo step > made/sub/file; mv twin renamed; echo step > zz/file",
        "rm -r dir; ln -s elsewhere dir; rm link; mkdir link; echo step > zz/file",
        "rm -r dir; mkdir -p dir/sub; echo step > dir/sub/new; rm -r zz",
        "chmod 700 dir; touch -d @1 dir/sub; echo step > dir/sub/new; chmod 600 file; rm pipe; rm -r zz; echo > zz",
        "attr set dir user.shape 00; attr set dir/sub user.new 01; echo step > dir/new; rmdir zz",
    ];

    [TestCaseSource(nameof(Steps))]
    public void The_tree_is_exactly_as_before(string step)
    {
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var tree = new TemporaryTree();
            using var other = new OtherMount();
            var root = Path.Combine(place == StatePlace.OtherMount ? other.Path : tree.Surroundings, "root");
            Garden.Plant(root, Garden.Plants + "\nmkdir zz");
            Scenario.RunAsRoot(TakeBack, $"mount -t tmpfs none {root}/zz; touch -d @1000000000 {root}/zz", root, tree.Beside("state"), Garden.Programs + step, $"{Garden.Needs[0]}");
        }
    }

    private static void TakeBack(string[] arguments)
    {
        var (root, state, step, attribute) = (arguments[0], arguments[1], arguments[2], arguments[3]);
        var before = Trees.Exact(root);
        using var sandbox = Sandbox.Over(state, root);
        sandbox.Run(step, request => request with { Needs = [attribute] }).ShouldSucceed();

        var refused = sandbox.CommitRefused();
        using (Assert.EnterMultipleScope())
        {
            // A mount over a directory that the step saw empty is somebody else's edit; over another entry it makes the rename fail.
            Assert.That(refused.Code, Is.EqualTo("SBX4003").Or.EqualTo("SBX4001"));
            Assert.That(Trees.Exact(root), Is.EqualTo(before));
        }
    }

    [TestCaseSource(nameof(Steps))]
    public void The_tree_is_exactly_as_before_when_an_upper_entry_is_lost(string step)
    {
        using var tree = new TemporaryTree();
        var root = tree.PathOf("root");
        Garden.Plant(root, Garden.Plants + "\nmkdir zz");
        var before = Trees.Exact(root);
        using var sandbox = Sandbox.Over(tree.Beside("state"), root);
        sandbox.Run(Garden.Programs + step + "; echo step > zzz", request => request with { Needs = [.. Garden.Needs] }).ShouldSucceed();
        var changes = sandbox.Changes;
        File.Delete(Path.Combine(sandbox.Overlay.Roots[0].Upper, "zzz"));

        var refused = Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything));
        Assert.That((refused.Code, Trees.Exact(root)), Is.EqualTo(("SBX4003", before)));
    }

    [Test]
    public void Without_a_way_back_the_state_is_kept_and_named()
    {
        using var tree = new TemporaryTree { ["dir/file"] = "old", ["other"] = "old" };
        Scenario.RunAsRoot(NoWayBack, $"mkdir {tree.Root}/zz; mount -t tmpfs none {tree.Root}/zz", tree.Root, tree.Beside("state"));
    }

    private static void NoWayBack(string[] arguments)
    {
        var (root, state) = (arguments[0], arguments[1]);
        using var sandbox = Sandbox.Over(state, root);
        sandbox.Run("rm other; echo step > zz/file").ShouldSucceed();
        var changes = sandbox.Changes;

        // Whatever takes the place of a deleted file before the failure is taken back makes taking it back impossible.
        var stop = false;
        var meddler = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                try
                {
                    using var planted = new FileStream(Path.Combine(root, "other"), FileMode.CreateNew);
                }
                catch (IOException)
                {
                    // Still, or again, there.
                }
            }
        });
        var refused = Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything));
        Volatile.Write(ref stop, true);
        meddler.Wait();
        if (refused.Code == "SBX4004")
        {
            Assert.That(refused.Message, Does.Contain(sandbox.Overlay.Directory));
            Assert.That(CommitJournal.IsOpen(sandbox.Overlay.Directory));
            Assert.That(Directory.EnumerateFiles(Path.Combine(sandbox.Overlay.Roots[0].Storage, "yard")).Select(File.ReadAllText), Is.EqualTo(new[] { "old" }));
        }
        else
        {
            Assert.That((refused.Code, File.ReadAllText(Path.Combine(root, "other"))), Is.EqualTo(("SBX4003", "old")).Or.EqualTo(("SBX4001", "old")));
        }
    }
}
