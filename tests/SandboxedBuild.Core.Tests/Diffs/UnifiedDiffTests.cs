using SandboxedBuild.Diffs;

namespace SandboxedBuild.Core.Tests;

/// <summary>Hunks, against those of diff(1).</summary>
internal sealed class UnifiedDiffTests
{
    [TestCase("", "", "")]
    [TestCase("a\n", "a\n", "")]
    [TestCase("", "a\n", "@@ -0,0 +1 @@\n+a\n")]
    [TestCase("a\n", "", "@@ -1 +0,0 @@\n-a\n")]
    [TestCase("a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")]
    [TestCase("a\r\n", "a\n", "@@ -1 +1 @@\n-a\r\n+a\n")]
    [TestCase("1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n", "@@ -3,3 +3,4 @@\n 3\n 4\n 5\n+6\n")]
    public void A_hunk(string before, string after, string expected) => Assert.That(UnifiedDiff.Hunks(before, after), Is.EqualTo(expected));

    [Test]
    public void Differences_that_are_close_share_a_hunk()
    {
        var before = string.Concat(Enumerable.Range(1, 40).Select(static n => $"{n}\n"));
        Assert.That(UnifiedDiff.Hunks(before, before.Replace("\n10\n", "\nten\n", StringComparison.Ordinal).Replace("\n17\n", "\n", StringComparison.Ordinal)).Split("@@ -"), Has.Length.EqualTo(2));
        Assert.That(UnifiedDiff.Hunks(before, before.Replace("\n10\n", "\nten\n", StringComparison.Ordinal).Replace("\n18\n", "\n", StringComparison.Ordinal)), Does.Contain("@@ -7,7 +7,7 @@\n").And.Contain("@@ -15,7 +15,6 @@\n"));
    }

    [Test]
    public void Random_texts_are_turned_into_each_other_by_patch()
    {
        var random = new Random(4711);
        using var tree = new TemporaryTree();
        for (var round = 0; round < 30; round++)
        {
            var (before, after) = (Text(random), Text(random));
            File.WriteAllText(tree.PathOf("file"), before);
            File.WriteAllText(tree.PathOf("patch"), $"--- a/file\n+++ b/file\n{UnifiedDiff.Hunks(before, after)}");
            var run = before == after ? new Command(0, [], "") : Command.Run("patch", ["-p1", "-s", "-E", "-i", "patch"], workingDirectory: tree.Root);
            Assert.That((run.ExitCode, tree.Has("file") ? tree.Read("file") : ""), Is.EqualTo((0, after)), $"{run.OutputText}{run.Error}\n{before}\n--\n{after}");
        }
    }

    [Test]
    public void Many_differences_take_no_time()
    {
        var before = string.Concat(Enumerable.Range(1, 200_000).Select(static n => $"{n}\n"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.That(UnifiedDiff.Hunks(before, "x" + before.Replace("1", "y", StringComparison.Ordinal)), Has.Length.GreaterThan(1_000_000));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 40)).Select(_ => random.Next(0, 12) + "\n")) + (random.Next(2) == 0 ? "" : "end");
}
