using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Many steps, lists, clean-ups and undos use one directory of overlays at the same moment, as a parallel build does: what goes while one of them
/// looks at it is nobody's failure.
/// </summary>
[Category("AnyUser")]
internal sealed class SharedStoreTests
{
    private const int Workers = 8;
    private static readonly int Rounds = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 } ? 1000 : 40;
    private static readonly CommitRequest Kept = CommitRequest.Everything with { Durability = Durability.None, Retention = new(2, TimeSpan.FromDays(1)) };

    [Test]
    public void Nobody_fails_because_of_another([Values] StatePlace place)
    {
        using var tree = new TemporaryTree();
        using var other = place == StatePlace.OtherMount ? new OtherMount() : null;
        var home = Directory.CreateDirectory(tree.Beside("home")).FullName;

        // On another mount than the cache, overlays lie beside the root and are announced in the cache.
        var roots = other?.Path ?? tree.Root;
        var workers = Enumerable.Range(0, Workers).Select(number => Task.Factory.StartNew(
            () => Work(number, Path.Combine(roots, $"root-{number % 3}"), new(Callers.At(home), StateDirectory: null)),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();

        Assert.That(() => Task.WaitAll(workers), Throws.Nothing);
        new OverlayStore(Callers.At(home), StateDirectory: null).Sweep(roots + "/root-0");
        Assert.That(new OverlayStore(Callers.At(home), StateDirectory: null).List().Where(static overlay => overlay.State != OverlayState.Committed), Is.Empty);
    }

    private static void Work(int number, string root, OverlayStore store)
    {
        Directory.CreateDirectory(root);
        var random = new Random(number);
        for (var round = 0; round < Rounds; round++)
        {
            using (var overlay = store.Create([root]))
            {
                File.WriteAllText(Path.Combine(overlay.Roots[0].Upper, $"file-{number}"), $"{round}");
                CommitUnlessUndone(overlay);
                overlay.Discard();
            }

            switch (random.Next(5))
            {
                case 0:
                    Assert.That(store.Sweep(root), Is.Empty);
                    break;
                case 1:
                    store.List();
                    break;
                case 2:
                    store.Collect();
                    break;
                case 3:
                    UndoOne(store, root);
                    break;
            }
        }
    }

    private static void CommitUnlessUndone(Overlay overlay)
    {
        try
        {
            Commit.Run(overlay, Collector.Collect(overlay), Kept);
        }
        catch (SandboxException e) when (e.Diagnostic.Code == "SBX4001")
        {
            // Another one has undone the commit before it meanwhile.
        }
    }

    private static void UndoOne(OverlayStore store, string root)
    {
        try
        {
            if (store.Undoable().FirstOrDefault(backup => backup.Roots.Contains(root, StringComparer.Ordinal)) is { } newest)
            {
                using var backup = store.OpenBackup(newest.Id);
                Undo.Run(backup);
                backup.Discard();
            }
        }
        catch (SandboxException e) when (e.Diagnostic.Code is "SBX2004" or "SBX4011")
        {
            // Another one has removed the backup, or committed since.
        }
    }
}
