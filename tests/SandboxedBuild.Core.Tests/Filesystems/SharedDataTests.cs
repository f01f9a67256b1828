using SandboxedBuild.Commits;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Where a filesystem lets files share their data (FICLONE), a copy of a root shares all of it, and so does what a commit brings from another mount of
/// that filesystem. filefrag(8) tells.
/// </summary>
[Category("AnyUser")]
internal sealed class SharedDataTests
{
    private const string Plants = """
        head -c 3000000 /dev/urandom > large; head -c 5000 /dev/urandom > small; echo x > line
        truncate -s 20M sparse; head -c 100000 /dev/urandom >> sparse; touch -d @1000000000.123456789 large sparse; sync -f .
        """;

    private static IEnumerable<TestCaseData> Cells() => from filesystem in TestedFilesystem.Sharing from teller in Enum.GetValues<Teller>() select new TestCaseData(filesystem, teller);

    [TestCaseSource(nameof(Cells))]
    public void A_copy_shares_its_data_with_the_root(TestedFilesystem filesystem, Teller teller) => OnFilesystem.Tell(CopyRoot, filesystem, teller, keepsStateElsewhere: false);

    private static void CopyRoot(string[] arguments)
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, Plants);
        var before = Trees.Exact(tree.Root);

        // Of what is shared, nothing counts.
        var store = Sandbox.StoreAt(tree.Beside("state")).With(new(1000, Bytes: 0, Threads: 4));
        using (var sandbox = Sandbox.Over(Strategy.Copy, store, tree.Root))
        {
            var copy = sandbox.Overlay.Roots[0].Upper;
            Assert.That(Trees.Exact(copy), Is.EqualTo(before));
            foreach (var name in new[] { "large", "sparse" })
            {
                AssertShared(Path.Combine(copy, name));
                AssertShared(tree.PathOf(name));
            }

            sandbox.Run("printf new | dd of=large bs=1 seek=2000000 conv=notrunc 2>/dev/null; echo y > line").ShouldSucceed();
            Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
            sandbox.Commit();
        }

        // What was not written to is where it was, and what was written to is not what it was.
        Assert.That(Shell.Run(tree.Root, "dd if=large bs=1 skip=2000000 count=3 2>/dev/null; cat line"), Is.EqualTo("newy\n"));
        Assert.That(Trees.LineOf(tree.Root, "sparse"), Is.EqualTo(before.Split('\n').Single(static line => line.Contains(" sparse ", StringComparison.Ordinal) && line.StartsWith("f ", StringComparison.Ordinal))));
    }

    /// <summary>State that is bound elsewhere is on another mount, from which nothing can be renamed to the root; but its data can be shared.</summary>
    [TestCaseSource(nameof(Cells))]
    public void A_commit_across_mounts_of_one_filesystem_shares_its_data(TestedFilesystem filesystem, Teller teller) => OnFilesystem.Tell(
        CommitAcrossMounts, filesystem with { Mount = filesystem.Mount + "\nmkdir -p \"$at/state\" /media/state; chown \"$owner\" \"$at/state\"; mount --bind \"$at/state\" /media/state" }, teller, keepsStateElsewhere: false);

    private static void CommitAcrossMounts(string[] arguments)
    {
        foreach (var strategy in new[] { Strategy.Overlay, Strategy.Copy })
        {
            using var tree = new TemporaryTree { ["file"] = "old" };
            using var sandbox = Sandbox.Over(strategy, $"/media/state/{strategy}", tree.Root);
            Assert.That(sandbox.Overlay.Roots[0].SameMount, Is.False);
            sandbox.Run($"{Plants}; cp large file").ShouldSucceed();
            sandbox.Commit(CommitRequest.Everything);
            AssertShared(tree.PathOf("large"));
            AssertShared(tree.PathOf("sparse"));
            AssertShared(tree.PathOf("file"));
            Assert.That(Trees.LineOf(tree.Root, "sparse"), Does.Contain(" sparse ").And.EndWith("1000000000.123456789"));
        }
    }

    private static void AssertShared(string file)
    {
        var extents = Shell.Run(Path.GetDirectoryName(file)!, $"filefrag -sv '{file}'").Split('\n').Where(static line => line.Split(':') is [var number, _, ..] && number.Trim().All(char.IsAsciiDigit)).ToList();
        Assert.That(extents, Is.Not.Empty.And.All.Contains("shared"), file);
    }
}
