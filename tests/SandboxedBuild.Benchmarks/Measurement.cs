using System.Diagnostics;
using System.Globalization;

namespace SandboxedBuild.Benchmarks;

/// <summary>Times of one thing, measured in turn with those that it is compared with, for the machines are noisy.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Median">The median, in milliseconds.</param>
internal sealed record Measurement(string Name, double Median)
{
    /// <summary>
    /// Runs each of the things once in every round, so that a slow spell of the machine meets all of them; in an order of its own, for what one leaves to be done
    /// beside the next is not always the same one's to bear.
    /// </summary>
    public static IReadOnlyList<Measurement> Interleaved(int rounds, params (string Name, Action Prepare, Action Run)[] things)
    {
        var times = things.Select(static _ => new List<double>()).ToArray();
        var (order, random) = (Enumerable.Range(0, things.Length).ToArray(), new Random(1));
        for (var round = -1; round < rounds; round++)
        {
            foreach (var index in order)
            {
                things[index].Prepare();
                var watch = Stopwatch.StartNew();
                things[index].Run();
                if (round >= 0)
                {
                    times[index].Add(watch.Elapsed.TotalMilliseconds);
                }
            }

            random.Shuffle(order);

            // Some take minutes. On standard error, so that what is measured is alone on standard output.
            Console.Error.WriteLine(round < 0 ? "warmed up" : string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {rounds}: {string.Join(", ", things.Select((thing, index) => string.Create(CultureInfo.InvariantCulture, $"{thing.Name} {times[index][^1]:F1} ms")))}"));
        }

        return [.. things.Select((thing, index) => new Measurement(thing.Name, times[index].Order().ElementAt(rounds / 2)))];
    }
}
