using System.Globalization;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Random trees and random scripts: a run in a sandbox with a commit leaves what a direct run leaves, by every strategy that shows steps what a filesystem would. 200 scripts with
/// overlays and 40 with each other strategy (12 where all is as with Copy), or 50 times as many with SANDBOXEDBUILD_LONG=1; SANDBOXEDBUILD_SEED=n repeats them from one seed on.
/// </summary>
[TestFixtureSource(typeof(ContractTests), nameof(ContractTests.FaithfulFixtures))]
internal sealed class DifferentialTests(Strategy strategy)
{
    private const int Lanes = 4;

    /// <summary>A tree is planted once and then copied.</summary>
    private const int TreesPerPlace = 8;

    private readonly int _rounds = (Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") == "1" ? 50 : 1) * (strategy == Strategy.Overlay ? 200 : strategy == Strategy.GitWorktree ? 12 : 40);

    private static readonly int FirstSeed = int.TryParse(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount & 0xffffff;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Random_scripts_leave_what_they_leave_when_they_run_directly(int lane) =>
        Compare(Enumerable.Range(0, _rounds).Where(round => round % Lanes == lane), seed => TrialOf(strategy, seed));

    [Test]
    public void So_do_scripts_over_files_of_several_names() =>
        Compare(Enumerable.Range(0, _rounds / 10), seed => new(strategy, (TrialPlace)(seed % 4), new RandomLinks(seed, strategy).Plants, [], new RandomLinks(seed, strategy).Script));

    private static void Compare(IEnumerable<int> rounds, Func<int, Trial> trialOf)
    {
        foreach (var seed in rounds.Select(static round => FirstSeed + round))
        {
            var trial = trialOf(seed);
            if (trial.Difference() is not null)
            {
                var smallest = trial.Shrink();
                Assert.Fail($"SANDBOXEDBUILD_SEED={seed}\n{smallest}\n{smallest.Difference() ?? "(not this time)"}");
            }
        }

        TestContext.Out.WriteLine($"SANDBOXEDBUILD_SEED={FirstSeed}");
    }

    /// <summary>The trial of a seed.</summary>
    internal static Trial TrialOf(Strategy strategy, int seed)
    {
        var trees = new RandomOperations(seed % (TreesPerPlace * Enum.GetValues<TrialPlace>().Length));
        var operations = new RandomOperations(seed);
        return new(
            strategy,
            seed % 8 < 5 ? TrialPlace.SameMount : (TrialPlace)((seed % 8) - 4),
            trees.Plants(30),
            operations.Finish(4),
            operations.Script(4 + (seed % 13)));
    }
}
