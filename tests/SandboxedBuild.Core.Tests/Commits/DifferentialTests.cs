using System.Globalization;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Random trees and random scripts: a run in a sandbox with a commit leaves what a direct run leaves. 60 rounds, or 1000 with
/// SANDBOXEDBUILD_LONG=1; SANDBOXEDBUILD_SEED=n repeats the rounds from one seed on.
/// </summary>
internal sealed class DifferentialTests
{
    private const int Lanes = 4;
    private const int Length = 14;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") == "1" ? 1000 : 60;

    private static readonly int FirstSeed = int.TryParse(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount & 0xffffff;

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Random_scripts_leave_what_they_leave_when_they_run_directly(int lane)
    {
        for (var round = lane; round < Rounds; round += Lanes)
        {
            var seed = FirstSeed + round;
            if (Difference(seed, Length) is { } difference)
            {
                var (length, smallest) = Enumerable.Range(1, Length).Select(length => (length, Difference(seed, length))).FirstOrDefault(pair => pair.Item2 is not null, (Length, difference));
                Assert.Fail($"SANDBOXEDBUILD_SEED={seed}\n{string.Join('\n', Script(seed, length))}\n{smallest}");
            }
        }

        TestContext.Out.WriteLine($"first seed: {FirstSeed + lane}");
    }

    private static IEnumerable<string> Script(int seed, int length) => new RandomScript(seed).Operations(Length).Take(length);

    private static string? Difference(int seed, int length)
    {
        // Few kinds of trees, for a tree is planted once and then copied.
        var plants = RandomScript.Prelude + string.Join('\n', new RandomScript(seed % 5).Operations(40)) + "\ntrue";
        using var twins = new Twins(plants, seed % 2 == 0 ? StatePlace.SameMount : StatePlace.OtherMount);
        try
        {
            twins.Run(RandomScript.Prelude + string.Join('\n', Script(seed, length)) + "\ntrue");
        }
        catch (Exception e) when (e is not ResultStateException)
        {
            return e.ToString();
        }

        var (expected, actual) = (twins.Expected.Split('\n'), twins.Actual.Split('\n'));
        return expected.SequenceEqual(actual, StringComparer.Ordinal) ? null
            : $"directly:\n{string.Join('\n', expected.Except(actual, StringComparer.Ordinal))}\nin the sandbox:\n{string.Join('\n', actual.Except(expected, StringComparer.Ordinal))}";
    }
}
