using SandboxedBuild.Commits;

namespace SandboxedBuild.Core.Tests;

/// <summary>A commit that cannot be carried out leaves the tree as it was. See <see cref="FaultTests"/> for the calls that fail.</summary>
internal sealed class UndoTests
{
    [TestCaseSource(typeof(FaultTests), nameof(FaultTests.Steps))]
    public void Nothing_is_committed_when_an_upper_entry_is_lost(string step)
    {
        using var tree = new TemporaryTree();
        var root = tree.PathOf("root");
        Garden.Plant(root);
        var before = Trees.Exact(root);
        using var sandbox = Sandbox.Over(tree.Beside("state"), root);
        sandbox.Run(Garden.Programs + step + "; echo step > zzz", request => request with { Needs = [.. Garden.Needs] }).ShouldSucceed();
        var changes = sandbox.Changes;
        File.Delete(Path.Combine(sandbox.Overlay.Roots[0].Upper, "zzz"));

        var refused = Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything));
        Assert.That((refused.Code, Trees.Exact(root)), Is.EqualTo(("SBX4001", before)));
    }
}
