using System.Globalization;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Random trees and random scripts: a run in a sandbox with a commit leaves what a direct run leaves. 200 scripts, or 10,000 with
/// SANDBOXEDBUILD_LONG=1; SANDBOXEDBUILD_SEED=n repeats them from one seed on.
/// </summary>
internal sealed class DifferentialTests
{
    private const int Lanes = 4;

    /// <summary>A tree is planted once and then copied.</summary>
    private const int TreesPerPlace = 8;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") == "1" ? 10_000 : 200;

    private static readonly int FirstSeed = int.TryParse(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount & 0xffffff;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Random_scripts_leave_what_they_leave_when_they_run_directly(int lane) =>
        Compare(Enumerable.Range(0, Rounds).Where(round => round % Lanes == lane), TrialOf);

    [Test]
    public void So_do_scripts_over_files_of_several_names() =>
        Compare(Enumerable.Range(0, Rounds / 10), static seed => new((TrialPlace)(seed % 4), new RandomLinks(seed).Plants, [], new RandomLinks(seed).Script));

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

    private static Trial TrialOf(int seed)
    {
        var trees = new RandomOperations(seed % (TreesPerPlace * Enum.GetValues<TrialPlace>().Length));
        var operations = new RandomOperations(seed);
        return new(
            seed % 8 < 5 ? TrialPlace.SameMount : (TrialPlace)((seed % 8) - 4),
            trees.Plants(30),
            operations.Finish(4),
            operations.Script(4 + (seed % 13)));
    }
}
