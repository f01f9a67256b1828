using System.Collections.Immutable;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Where the root of a trial is, and where its state.</summary>
internal enum TrialPlace
{
    SameMount,
    Beside,
    RootInMemory,
    StateInMemory,
}

/// <summary>A tree and a script, to be run directly in one copy of the tree and in a sandbox with a commit over another.</summary>
/// <param name="Strategy">How what the script writes is caught.</param>
/// <param name="Place">Where.</param>
/// <param name="Plants">Lines of sh that plant the tree.</param>
/// <param name="Finish">Lines of sh that are run in each copy of it.</param>
/// <param name="Script">Lines of sh that are compared.</param>
internal sealed record Trial(Strategy Strategy, TrialPlace Place, ImmutableArray<string> Plants, ImmutableArray<string> Finish, ImmutableArray<string> Script)
{
    private const int MostListed = 30;

    /// <summary>Whatever happens in a script happens after this; whatever it sets a time to is before.</summary>
    private static readonly DateTimeOffset Recent = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How the two trees differ after it; null when they do not.</summary>
    public string? Difference()
    {
        using var tree = new TemporaryTree();
        using var memory = new OtherMount();
        var prelude = RandomOperations.PreludeOf(Strategy);
        var parent = Place == TrialPlace.RootInMemory ? memory.Path : tree.Root;
        var (direct, sandboxed) = (Path.Combine(parent, "direct"), Path.Combine(parent, "sandboxed"));
        try
        {
            // All in one process: most of the time of a trial is that of starting processes.
            Shell.Run(parent, $"""
                {Garden.Programs}{prelude}
                for twin in direct sandboxed; do cp -a -T {Garden.Nursery(prelude + Joined(Plants))} $twin && (cd $twin; {string.Join('\n', Finish)}
                ); done
                cd direct; {Joined(Script)}
                """);
            using var sandbox = Open(tree, memory, sandboxed);
            sandbox.Run(Garden.Programs + prelude + Joined(Script), static request => request with { Needs = [.. Garden.Needs] }).ShouldSucceed();
            var changes = sandbox.Changes;
            if (!CommitPlanner.Plan(changes, Selection.All).Operations.SequenceEqual(CommitPlanner.Plan(changes, new(static _ => true)).Operations))
            {
                return "what is committed as a whole is not what is committed one by one";
            }

            Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything);
        }
        catch (Exception e) when (e is not ResultStateException)
        {
            return e.ToString();
        }

        var (expected, actual) = (Trees.Since(direct, Recent).Split('\n'), Trees.Since(sandboxed, Recent).Split('\n'));

        // A commit across mounts makes holes of zeros. That a hole must not become data is what matters.
        actual = [.. actual.Select((line, index) => index < expected.Length && line.Replace(" sparse ", " ", StringComparison.Ordinal) == expected[index] ? expected[index] : line)];
        return expected.SequenceEqual(actual, StringComparer.Ordinal) ? null : $"directly:\n{Missing(expected, actual)}\nin the sandbox:\n{Missing(actual, expected)}";
    }

    /// <summary>The smallest trial that still differs: lines are left out one by one as long as one can be.</summary>
    public Trial Shrink()
    {
        var smallest = this;
        smallest = Shrink(smallest, static trial => trial.Script, static (trial, lines) => trial with { Script = lines });
        smallest = Shrink(smallest, static trial => trial.Finish, static (trial, lines) => trial with { Finish = lines });
        return Shrink(smallest, static trial => trial.Plants, static (trial, lines) => trial with { Plants = lines });
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Strategy} {Place}\ntree:\n{string.Join('\n', Plants)}\nfinish:\n{string.Join('\n', Finish)}\nscript:\n{string.Join('\n', Script)}";

    private static Trial Shrink(Trial trial, Func<Trial, ImmutableArray<string>> lines, Func<Trial, ImmutableArray<string>, Trial> with)
    {
        for (var before = -1; before != lines(trial).Length;)
        {
            before = lines(trial).Length;
            for (var index = before - 1; index >= 0; index--)
            {
                var smaller = with(trial, lines(trial).RemoveAt(index));
                trial = smaller.Difference() is null ? trial : smaller;
            }
        }

        return trial;
    }

    private Sandbox Open(TemporaryTree tree, OtherMount memory, string root) => Place switch
    {
        TrialPlace.Beside => Sandbox.Over(Strategy, new OverlayStore(Callers.At(memory.Path), StateDirectory: null), root),
        TrialPlace.StateInMemory => Sandbox.Over(Strategy, Path.Combine(memory.Path, "state"), root),
        _ => Sandbox.Over(Strategy, tree.Beside("state"), root),
    };

    private static string Joined(ImmutableArray<string> lines) => string.Join('\n', lines) + "\ntrue";

    private static string Missing(string[] from, string[] other) => string.Join('\n', from.Except(other, StringComparer.Ordinal).Take(MostListed));
}
