using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Progress;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Whoever listens is told how far something has come that can take long.</summary>
internal sealed class ProgressTests
{
    [TestCase("Overlay", StatePlace.SameMount, "Collecting, Committing 4 of 4")]
    [TestCase("Overlay", StatePlace.OtherMount, "Collecting, Staging, Committing 4 of 4")]
    [TestCase("Copy", StatePlace.SameMount, "Copying, Collecting, Committing 4 of 4")]
    public void Of_a_step_and_its_commit(string strategy, StatePlace place, string expected)
    {
        using var tree = Tree();
        using var memory = new OtherMount();
        var told = new List<WorkProgress>();
        var store = Sandbox.StoreAt(place == StatePlace.OtherMount ? Path.Combine(memory.Path, "state") : tree.Beside("state")) with { Progress = told.Add };
        using (var sandbox = Sandbox.Over(Strategy.Named(strategy), store, tree.Root))
        {
            sandbox.Run("echo 2 > one; echo 2 > two; rm three").ShouldSucceed();
            sandbox.Commit();
            sandbox.Overlay.Discard();
        }

        // A small copy is over before the first word of it; the last one removes the state.
        var kinds = Summary(told);
        Assert.That(kinds, Is.EqualTo(expected.Replace("Copying, ", string.Empty, StringComparison.Ordinal) + ", Removing"));
    }

    [Test]
    public void Of_an_undo()
    {
        using var tree = Tree();
        var told = new List<WorkProgress>();
        var store = Sandbox.StoreAt(tree.Beside("state"));
        string id;
        using (var sandbox = Sandbox.Over(store, tree.Root))
        {
            sandbox.Run("echo 2 > one; echo 2 > two; rm three").ShouldSucceed();
            sandbox.Commit(CommitRequest.Everything with { Retention = new Retention(1, TimeSpan.FromDays(1)) });
            (id, _) = (sandbox.Overlay.Id, sandbox.Overlay.RollBack());
        }

        using (var backup = (store with { Progress = told.Add }).OpenBackup(id))
        {
            Undo.Run(backup);
            Assert.That(Summary(told), Is.EqualTo("Undoing 3 of 3"));
            backup.Discard();
        }
    }

    [Test]
    public void A_tally_tells_of_the_first_and_of_the_last()
    {
        var told = new List<WorkProgress>();
        var tally = new Tally(told.Add, WorkKind.Committing, total: 1000);
        Enumerable.Range(0, 1000).ToList().ForEach(_ => tally.Add(10));
        Assert.That((told[0], told[^1]), Is.EqualTo((new WorkProgress(WorkKind.Committing, 1, 1000, 10), new WorkProgress(WorkKind.Committing, 1000, 1000, 10000))));
        Assert.That(told, Has.Count.LessThan(50), "not of each");
    }

    [TestCase(12_000, null, 1_300_000_000, "/src", "Copying /src: 12,000 entries, 1239 MB so far")]
    [TestCase(1, null, 0, null, "Copying: 1 entry so far")]
    [TestCase(8_000, 20_000L, 0, null, "Copying: 8,000 of 20,000 entries")]
    public void In_words(long done, long? total, long bytes, string? root, string expected) =>
        Assert.That(new WorkProgress(WorkKind.Copying, done, total, bytes, root).Describe(), Is.EqualTo(expected));

    private static TemporaryTree Tree() => new() { ["one"] = "1\n", ["two"] = "1\n", ["three"] = "1\n" };

    /// <summary>The kinds, in order, each once, with the last number where there is a total.</summary>
    private static string Summary(List<WorkProgress> told)
    {
        var kinds = told.Select(static progress => progress.Kind).Distinct().ToList();
        return string.Join(", ", kinds.Select(kind => told.Last(progress => progress.Kind == kind) is { Total: { } total } last ? $"{kind} {last.Done} of {total}" : $"{kind}"));
    }
}
