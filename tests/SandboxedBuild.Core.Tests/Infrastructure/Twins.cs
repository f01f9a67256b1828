using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Where an overlay's state is, seen from its root.</summary>
internal enum StatePlace
{
    SameMount,
    OtherMount,
}

/// <summary>
/// Two equal trees: a script runs directly in one, and in a sandbox with a commit over the other. They must be equal again after it.
/// </summary>
internal sealed class Twins : IDisposable
{
    /// <summary>Whatever happens in a test happens after this; whatever a test sets a time to is before.</summary>
    private static readonly DateTimeOffset Recent = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryTree _tree = new();
    private readonly OtherMount? _other;
    private readonly string _direct;
    private readonly string _sandboxed;
    private readonly Strategy? _strategy;

    public Twins(string plants = Garden.Plants, StatePlace place = StatePlace.SameMount, bool copied = true, string? finish = null, Strategy? strategy = null)
    {
        _strategy = strategy;
        _other = place == StatePlace.OtherMount ? new OtherMount() : null;
        _direct = Path.Combine(_other?.Path ?? _tree.Root, "twin-1");
        _sandboxed = Path.Combine(_other?.Path ?? _tree.Root, "twin-2");
        try
        {
            foreach (var twin in new[] { _direct, _sandboxed })
            {
                if (copied)
                {
                    Garden.Plant(twin, plants);
                }
                else
                {
                    Garden.Raise(twin, plants);
                }

                if (finish is not null)
                {
                    Shell.Run(twin, finish);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The tree in which the script ran directly.</summary>
    public string Expected => Trees.Since(_direct, Recent);

    /// <summary>The tree over which the script ran in a sandbox.</summary>
    public string Actual => Trees.Since(_sandboxed, Recent);

    /// <summary>Runs a script in both, and commits.</summary>
    public CommitResult Run(string script)
    {
        script = Garden.Programs + script;
        var direct = Shell.TryRun(_direct, script);
        using var sandbox = Sandbox.Over(_strategy, _tree.Beside("state"), _sandboxed);
        Assert.That(sandbox.Overlay.Roots[0].SameMount, Sandbox.StateElsewhere is null ? Is.EqualTo(_other is null) : Is.AnyOf(true, false));
        var step = sandbox.Run(script, static request => request with { Needs = [.. Garden.Needs] });
        Assert.That(step.Status.ExitCode, Is.EqualTo(direct.ExitCode), $"{script}\ndirectly: {direct.Error}\nin the sandbox: {step.Error}\n{step.Status.Errors}");
        return sandbox.Commit();
    }

    public void Dispose()
    {
        _other?.Dispose();
        _tree.Dispose();
    }
}
