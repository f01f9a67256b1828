using System.Diagnostics;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>Commits that were cut off, and who takes them up.</summary>
internal sealed class RecoveryTests
{
    private const string Step = "echo step > file; rm gone; mkdir made; echo step > made/file";
    private const string After = "d 755 .\nf 644 file \"step\\n\"\nd 755 made\nf 644 made/file \"step\\n\"\n";
    private const string Before = "d 755 .\nf 644 file \"old\"\nf 644 gone \"old\"\n";

    [Test]
    public void The_next_step_carries_it_on_and_says_so()
    {
        using var tree = Plant();
        CutOff(Store(tree), tree.Root);
        Assert.That(tree.Describe(), Is.Not.EqualTo(Before).And.Not.EqualTo(After), "it was cut off in between");

        var reports = SweepUntilDone(Store(tree), tree);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tree.Describe(), Is.EqualTo(After));
            Assert.That(reports.Select(static report => (report.Code, report.IsWarning)), Is.EqualTo(new[] { ("SBX4009", true) }));
            Assert.That(reports[0].Message, Does.Contain(tree.Root));
        }
    }

    [Test]
    public void What_somebody_changed_meanwhile_makes_it_go_back()
    {
        using var tree = Plant();
        CutOff(Store(tree), tree.Root, calls: 1);
        File.WriteAllText(tree.PathOf("made"), "live");

        var reports = SweepUntilDone(Store(tree), tree);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tree.Describe(), Is.EqualTo(Before + "f 644 made \"live\"\n"));
            Assert.That(reports.Select(static report => report.Code), Is.EqualTo(new[] { "SBX4010" }));
        }
    }

    [Test]
    public void An_unreadable_plan_is_told_and_everything_stays()
    {
        using var tree = Plant();
        var state = CutOff(Store(tree), tree.Root);
        File.WriteAllText(Path.Combine(state, "commit.json"), "{ \"version\": 1, \"entr");
        var cut = Trees.Exact(tree.Root);

        var report = SweepUntilReported(Store(tree));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((report.Code, report.IsWarning), Is.EqualTo(("SBX4006", false)));
            Assert.That(report.Message, Does.Contain(state));
            Assert.That(Trees.Exact(tree.Root), Is.EqualTo(cut));
            Assert.That(Directory.Exists(state));
        }
    }

    [Test]
    public void Many_at_once_do_it_once()
    {
        for (var round = 0; round < 10; round++)
        {
            using var tree = Plant();
            CutOff(Store(tree), tree.Root);
            var reports = new List<Diagnostic>();
            Parallel.For(0, 4, _ =>
            {
                var found = SweepUntilDone(Store(tree), tree);
                lock (reports)
                {
                    reports.AddRange(found);
                }
            });
            Assert.That((tree.Describe(), string.Join(' ', reports.Select(static report => report.Code))), Is.EqualTo((After, "SBX4009")));
        }
    }

    [Test]
    public void A_step_whose_state_is_kept_elsewhere_finds_it()
    {
        using var tree = Plant();
        var home = Directory.CreateDirectory(tree.Beside("home")).FullName;
        Directory.CreateDirectory(Path.Combine(home, ".cache/sandboxed-build/overlays"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        CutOff(new(Callers.At(home), tree.Beside("elsewhere")), tree.Root);

        SweepUntilDone(new(Callers.At(home), StateDirectory: null), tree);
        Assert.That(tree.Describe(), Is.EqualTo(After));
    }

    [Test]
    public void Without_a_home_it_is_found_beside_the_root()
    {
        using var tree = Plant();
        var store = new OverlayStore(new(System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")), StateDirectory: null);
        CutOff(store, tree.Root);

        SweepUntilDone(store, tree);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tree.Describe(), Is.EqualTo(After));
            Assert.That(Directory.EnumerateDirectories(tree.Surroundings, ".sandboxed-build-*"), Is.Empty);
        }
    }

    [Category("AnyUser")]
    [Test]
    public void It_may_be_killed_at_any_time()
    {
        var rounds = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 } ? 500 : 10;
        var seed = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED") is { Length: > 0 } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
        var random = new Random(seed);
        var cut = 0;
        for (var round = 0; round < rounds; round++)
        {
            using var tree = new TemporaryTree();
            Shell.Run(tree.Root, "mkdir d; for i in $(seq 300); do echo old > d/$i; done");
            var before = tree.Describe();
            using (var process = Scenario.Start(CommitMany, tree.Root, tree.Beside("state")))
            {
                // The commit takes a few milliseconds.
                Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 15));
                process.Kill();
                process.WaitForExit();
            }

            var after = before.Replace("\"old\\n\"", "\"step\\n\"", StringComparison.Ordinal);
            cut += tree.Describe() is var now && now != before && now != after ? 1 : 0;
            SweepUntilDone(Store(tree), tree);
            Assert.That(tree.Describe(), Is.EqualTo(before).Or.EqualTo(after), $"SANDBOXEDBUILD_SEED={seed}, round {round}");
        }

        TestContext.Out.WriteLine($"SANDBOXEDBUILD_SEED={seed}: {cut} of {rounds} were cut off in between");
    }

    private static void CommitMany(string[] arguments)
    {
        var (root, state) = (arguments[0], arguments[1]);
        var sandbox = Sandbox.Over(state, root);
        sandbox.Run("for i in d/*; do echo step > $i; done").ShouldSucceed();
        var changes = sandbox.Changes;
        Scenario.Say("ready");
        Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything);
        Thread.Sleep(Timeout.Infinite);
    }

    private static TemporaryTree Plant() => new() { ["file"] = "old", ["gone"] = "old" };

    private static OverlayStore Store(TemporaryTree tree) => Sandbox.StoreAt(tree.Beside("state"));

    /// <summary>Commits until some renames of the live tree are done; from then on nothing works any more, as if the process were dead.</summary>
    private static string CutOff(OverlayStore store, string root, int calls = 2)
    {
        var sandbox = Sandbox.Over(store, root);
        sandbox.Run(Step).ShouldSucceed();
        var changes = sandbox.Changes;
        var isBegun = false;
        var isDead = false;
        FaultPoint.Inject = call =>
        {
            // The first rename says that the plan is whole.
            isDead |= isBegun && call == "renameat2" && calls-- == 0;
            isBegun |= call == "renameat2";
            return isDead ? 5 : 0;
        };
        try
        {
            Assert.Throws<SandboxException>(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything));
        }
        finally
        {
            FaultPoint.Inject = null;
        }

        sandbox.Abandon();
        return sandbox.Overlay.Directory;
    }

    private static Diagnostic SweepUntilReported(OverlayStore store)
    {
        var time = Stopwatch.StartNew();
        while (time.Elapsed < TimeSpan.FromSeconds(5))
        {
            if (store.Sweep() is [var report, ..])
            {
                return report;
            }

            Thread.Sleep(1);
        }

        throw new TimeoutException("nothing was reported");
    }

    /// <summary>The watch of the step may have the overlay for a moment, to see that nothing is left to do for it.</summary>
    private static List<Diagnostic> SweepUntilDone(OverlayStore store, TemporaryTree tree)
    {
        var reports = new List<Diagnostic>();
        var time = Stopwatch.StartNew();
        while (Directory.EnumerateFiles(tree.Surroundings, "manifest.json", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }).Any() && time.Elapsed < TimeSpan.FromSeconds(5))
        {
            reports.AddRange(store.Sweep(tree.Root));
            Thread.Sleep(1);
        }

        return reports;
    }
}
