using System.Globalization;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Several processes commit to one root at once. What they change apart all lands; of what they change in common, no change is lost:
/// who comes second is told so, and tries again.
/// </summary>
[Category("AnyUser")]
internal sealed class ParallelTests
{
    private const int Processes = 8;
    private const int Rounds = 500;

    [Test]
    public void No_update_is_lost([Values] StatePlace place)
    {
        using var tree = new TemporaryTree { ["common"] = "" };
        using var other = place == StatePlace.OtherMount ? new OtherMount() : null;
        var root = other is null ? tree.Root : Directory.CreateDirectory(Path.Combine(other.Path, "root")).FullName;
        File.WriteAllText(Path.Combine(root, "common"), "");
        var times = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 } ? 10 : 1;
        var rounds = (place == StatePlace.SameMount ? 5 : 1) * times * Rounds / 5 / Processes;
        var running = Enumerable.Range(1, Processes).Select(number => Scenario.Start(Count, root, tree.Beside($"state-{number}"), $"{number}", $"{rounds}")).ToList();
        try
        {
            foreach (var process in running)
            {
                var said = process.StandardOutput.ReadToEndAsync();
                Assert.That(process.WaitForExit(times * TimeSpan.FromMinutes(2)), "it ends");
                Assert.That((process.ExitCode, said.Result), Is.EqualTo((0, "done\n")));
            }
        }
        finally
        {
            running.ForEach(static process =>
            {
                process.Kill();
                process.WaitForExit();
                process.Dispose();
            });
        }

        var apart = Enumerable.Range(1, Processes).Select(number => File.ReadAllText(Path.Combine(root, $"own-{number}", "file")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.ReadLines(Path.Combine(root, "common")), Is.EquivalentTo(Enumerable.Range(1, Processes).SelectMany(number => Enumerable.Range(1, rounds).Select(round => $"{number}.{round}"))));
            Assert.That(apart, Is.All.EqualTo($"{rounds}"));
            Assert.That(Directory.EnumerateFileSystemEntries(root).Count(), Is.EqualTo(Processes + 1));
        }
    }

    /// <summary>
    /// One process: in each round it adds a line to the common file, and counts in its own. Two that write the very same are no conflict,
    /// so that each line is another one. The upper layer is written by hand, as a
    /// mount would for a file that is written anew; all else is the real thing.
    /// </summary>
    private static void Count(string[] arguments)
    {
        var (root, state, number, rounds) = (arguments[0], arguments[1], arguments[2], int.Parse(arguments[3], CultureInfo.InvariantCulture));
        var store = Sandbox.StoreAt(state);
        Scenario.Say("ready");
        for (var round = 1; round <= rounds;)
        {
            using var overlay = store.Create([root]);
            var upper = overlay.Roots[0].Upper;
            File.WriteAllText(Path.Combine(upper, "common"), File.ReadAllText(Path.Combine(root, "common")) + $"{number}.{round}\n");
            Directory.CreateDirectory(Path.Combine(upper, $"own-{number}"));
            File.WriteAllText(Path.Combine(upper, $"own-{number}", "file"), $"{round}");
            try
            {
                Commit.Run(overlay, Collector.Collect(overlay), CommitRequest.Everything with { Durability = Durability.None });
                round++;
            }
            catch (SandboxException e) when (e.Diagnostic.Code == "SBX4001")
            {
                // Somebody else was first.
            }

            overlay.Discard();
        }
    }
}
