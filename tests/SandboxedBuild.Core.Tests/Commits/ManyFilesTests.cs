using System.Diagnostics;
using System.Globalization;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Commits of so many files that several threads are at it: all or nothing, whatever call fails in whichever of them, and wherever they are
/// killed. Where every call is tried, it is by few files (see <see cref="FaultTests"/>); here some of the thousands are, by a seed that is told.
/// </summary>
internal sealed class ManyFilesTests
{
    private const string Plant = "for d in $(seq 14); do mkdir d$d; for f in $(seq 100); do echo old $f > d$d/f$f; done; done; touch -d @1500000000 d*/f* d* .";

    private const string Step = "for d in $(seq 14); do for f in $(seq 100); do echo step $d $f > d$d/f$f; done; done; chmod 600 d3/f4; rm d5/f6; echo new > d7/new; rm d8/f9; ln -s f10 d8/f9; rm d9/f10; mkdir d9/f10; touch -d @1600000000 d*/f* d*/new d*";

    private static readonly int[] Errors = [Errno.NoSpace, Errno.AccessDenied, 5];
    private static readonly DateTimeOffset Recent = new(2020, 10, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly bool Long = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 };
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount & 0xffffff;

    private static readonly Lazy<(string Before, string After)> States = new(static () =>
    {
        using var place = new Place();
        var before = place.Tree;
        Shell.Run(place.Root, Step);
        return (before, place.Tree);
    });

    [Test]
    public void The_tree_is_what_the_step_would_have_left_and_an_undo_brings_back_what_was()
    {
        using var place = new Place();
        using (var sandbox = Sandbox.Over(place.State, place.Root))
        {
            sandbox.Run(Step).ShouldSucceed();
            Commit.Run(sandbox.Overlay, sandbox.Changes, CommitRequest.Everything with { Retention = Retention.Default });
        }

        var after = place.Tree;
        var store = Sandbox.StoreAt(place.State);
        using (var backup = store.OpenBackup(store.Undoable().Single().Id))
        {
            Undo.Run(backup);
        }

        Assert.That((after, place.Tree), Is.EqualTo((States.Value.After, States.Value.Before)));
    }

    [Test]
    public void Whatever_call_fails_in_whichever_thread()
    {
        var random = new Random(Seed);
        TestContext.Out.WriteLine($"SANDBOXEDBUILD_SEED={Seed}");
        var (calls, threads) = (0, new HashSet<int>());
        using (var place = new Place())
        {
            Assert.That(Said(place, _ =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                calls++;
                return 0;
            }), Is.EqualTo("nothing"));
        }

        Assert.That(threads, Has.Count.GreaterThan(1).Or.Count.EqualTo(Environment.ProcessorCount));
        for (var round = 0; round < (Long ? 500 : 12); round++)
        {
            var (failing, error, isLasting, count) = (random.Next(calls), Errors[random.Next(Errors.Length)], random.Next(2) == 0, 0);
            using var place = new Place();
            var said = Said(place, call => count++ == failing || (isLasting && count > failing) ? call == "lgetxattr" && error == Errno.AccessDenied ? 5 : error : 0);
            place.Judge(said, $"call {failing} of {calls} fails with {error}{(isLasting ? ", and all after it" : string.Empty)}: {said}");
        }
    }

    [Category("AnyUser")]
    [Test]
    public void Wherever_it_is_killed()
    {
        var random = new Random(Seed);
        TestContext.Out.WriteLine($"SANDBOXEDBUILD_SEED={Seed}");
        for (var round = 0; round < (Long ? 200 : 6); round++)
        {
            using var place = new Place();
            var renames = random.Next(1400);
            Scenario.Die(CommitAndDie, place.Root, place.State, $"{renames}");
            place.Judge("SBX4004", $"killed before rename {renames}");
        }
    }

    /// <summary>Nobody can lock an editor out; what it saves in the very moment is not lost all the same.</summary>
    [Test]
    public void What_somebody_writes_in_between_wins()
    {
        using var place = new Place();
        var renames = 0;
        var said = Said(place, call =>
        {
            if (call == "renameat2" && ++renames == 500)
            {
                File.WriteAllText(Path.Combine(place.Root, "d9/f99"), "somebody's");
            }

            return 0;
        });
        Assert.That((said, Shell.Run(place.Root, "cat d9/f99; rm d9/f99; cat d*/f* | grep -c old")), Is.EqualTo(("SBX4003", "somebody's1399\n")));
    }

    [Test]
    public void Nothing_comes_in_that_was_not_judged_and_what_was_can_be_judged_again([Values("d1/f1", "d3/f4", "d7/new", "d8/f10", "d9/f10/new", "d14/f100")] string planted)
    {
        using var place = new Place();
        using var sandbox = Sandbox.Over(place.State, place.Root);
        sandbox.Run(Step).ShouldSucceed();
        var changes = sandbox.Changes;
        foreach (var name in new[] { planted, "d12/f3" })
        {
            File.WriteAllText(Path.Combine(sandbox.Overlay.Roots[0].Upper, name), "planted");
        }

        var refused = Refusal.Of(() => Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything));
        Assert.That((refused.Code, place.Tree), Is.EqualTo(("SBX4001", States.Value.Before)));
        Assert.That(refused.Message, Does.StartWith("2 of the paths").And.Contain("d12/f3"));
        Commit.Run(sandbox.Overlay, sandbox.Changes, CommitRequest.Everything);
        Assert.That(Shell.Run(place.Root, "grep -rl planted . | sort"), Is.EqualTo($"./d12/f3\n./{planted}\n").Or.EqualTo($"./{planted}\n./d12/f3\n"));
    }

    private static void CommitAndDie(string[] arguments)
    {
        var sandbox = Sandbox.Over(arguments[1], arguments[0]);
        sandbox.Run(Step).ShouldSucceed();
        var changes = sandbox.Changes;
        var renames = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        FaultPoint.Inject = call =>
        {
            if (call == "renameat2" && renames-- == 0)
            {
                using var self = Process.GetCurrentProcess();
                self.Kill();
                Thread.Sleep(Timeout.Infinite);
            }

            return 0;
        };
        Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything);
    }

    private static string Said(Place place, Func<string, int> inject)
    {
        var sandbox = Sandbox.Over(place.State, place.Root);
        sandbox.Run(Step).ShouldSucceed();
        var changes = sandbox.Changes;
        FaultPoint.Inject = inject;
        try
        {
            Commit.Run(sandbox.Overlay, changes, CommitRequest.Everything);
            return "nothing";
        }
        catch (SandboxException e)
        {
            return e.Diagnostic.Code;
        }
        finally
        {
            FaultPoint.Inject = null;
            sandbox.Abandon();
        }
    }

    /// <summary>A tree and its state, in memory, for there is much to make and to remove.</summary>
    private sealed class Place : IDisposable
    {
        private readonly OtherMount _memory = new();

        public Place()
        {
            Directory.CreateDirectory(Root);
            Shell.Run(Root, Plant);
        }

        public string Root => Path.Combine(_memory.Path, "root");

        public string State => Path.Combine(_memory.Path, "state");

        public string Tree => Trees.Since(Root, Recent);

        public void Judge(string said, string story)
        {
            var time = Stopwatch.StartNew();
            while (Directory.EnumerateDirectories(State).Any(static path => Path.GetFileName(path) != "undo") && time.Elapsed < TimeSpan.FromSeconds(5))
            {
                Sandbox.StoreAt(State).Sweep();
                Thread.Sleep(1);
            }

            var (before, after) = States.Value;
            Assert.That(Tree, said switch
            {
                "nothing" => Is.EqualTo(after),
                "SBX4004" => Is.EqualTo(before).Or.EqualTo(after),
                _ => Is.EqualTo(before),
            }, $"SANDBOXEDBUILD_SEED={Seed}: {story}");
        }

        public void Dispose() => _memory.Dispose();
    }
}
