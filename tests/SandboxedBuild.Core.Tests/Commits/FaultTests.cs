using System.Diagnostics;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Any system call of a commit may fail, once or from then on, and the process may be killed before any of them. The tree is as before
/// the commit or as after it then, at the latest when the next step has looked; and what the commit said is true.
/// </summary>
[TestFixtureSource(typeof(ContractTests), nameof(ContractTests.Fixtures))]
internal sealed class FaultTests(Strategy strategy)
{
    private const int InputOutput = 5;
    private const int Quota = 122;

    private static readonly int[] Errors = [Errno.NoSpace, Quota, Errno.AccessDenied, InputOutput, Errno.CrossDevice];

    private static readonly string[] Reading = ["open", "openat2", "statx", "getdents64", "readlinkat", "llistxattr", "lgetxattr"];

    /// <summary>One of everything that a commit does.</summary>
    internal static readonly string[] Steps =
    [
        "echo step > file; rm dir/file; mkdir -p made/sub; echo step > made/sub/file; mv twin renamed; ln tool tool-too",
        "rm -r dir; ln -s elsewhere dir; rm link; mkdir link; echo step > link/file",
        "rm -r dir; mkdir -p dir/sub; echo step > dir/sub/new; chmod 500 dir/sub",
        "chmod 700 dir; touch -d @1 dir/sub; echo step > dir/sub/new; chmod 600 file; rm pipe; attr set dir user.shape 00; attr set hollow user.new 01; touch -h -d @5 dangling",
    ];

    /// <summary>Across mounts, in the short run, the first step alone: it has copies of each kind.</summary>
    private static IEnumerable<TestCaseData> Commits() =>
        from place in Enum.GetValues<StatePlace>() from step in Steps where Long || place == StatePlace.SameMount || step == Steps[0] select new TestCaseData(step, place);

    /// <summary>A process takes its time to start: in the short run one step, at every call all the same.</summary>
    private static IEnumerable<TestCaseData> Killed() => Long ? Commits() : [new(Steps[0], StatePlace.SameMount)];

    private static readonly bool Long = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 };

    /// <summary>A commit knows no strategy: in the short run, every call fails with overlays, and every fifth with each other strategy; fewer where all is as with Copy.</summary>
    private readonly int _stride = Long || strategy == Strategy.Overlay ? 1 : strategy == Strategy.GitWorktree ? 29 : 5;

    [TestCaseSource(nameof(Commits))]
    public void A_call_that_fails_is_taken_back_or_made_up_for(string step, StatePlace place)
    {
        using var rounds = new Rounds(strategy, step, place);

        // Calls that only read fail in the short run where they are most: on one mount, as root.
        foreach (var (index, _) in rounds.Calls.Index().Where(call => IsTried(call.Index) && (Long || (place == StatePlace.SameMount && Caller.IsRoot) || !Reading.Contains(call.Item))))
        {
            // All errors in the long run; else one a call, each in its turn.
            foreach (var error in Long ? Errors : [Errors[index % Errors.Length]])
            {
                rounds.Run(index, error, lasting: false);
            }
        }
    }

    [Category("AnyUser")]
    [TestCaseSource(nameof(Commits))]
    public void From_a_call_on_nothing_works_any_more(string step, StatePlace place)
    {
        using var rounds = new Rounds(strategy, step, place);
        foreach (var (index, _) in rounds.Calls.Index().Where(call => IsTried(call.Index) && (Long || !Reading.Contains(call.Item))))
        {
            foreach (var error in Long ? Errors : [Errors[index % Errors.Length]])
            {
                rounds.Run(index, error, lasting: true);
            }
        }
    }

    [Test]
    public void An_undo_is_carried_on_from_whatever_call_stopped_it([ValueSource(nameof(Steps))] string step)
    {
        using var rounds = new Rounds(strategy, step, StatePlace.SameMount, isUndo: true);
        foreach (var (index, _) in rounds.Calls.Index().Where(call => IsTried(call.Index) && (Long || !Reading.Contains(call.Item))))
        {
            rounds.Run(index, Errors[index % Errors.Length], lasting: true);
            rounds.Run(index, Errors[index % Errors.Length], lasting: false);
        }
    }

    [Category("AnyUser")]
    [TestCaseSource(nameof(Killed))]
    public void The_process_is_killed_before_any_call_that_changes_something(string step, StatePlace place)
    {
        using var rounds = new Rounds(strategy, step, place);
        foreach (var index in Enumerable.Range(0, rounds.Calls.Count(static call => !Reading.Contains(call))).Where(IsTried))
        {
            rounds.Kill(index);
        }
    }

    private bool IsTried(int index) => index % _stride == 0;

    /// <summary>The story of a process that is killed before a call; the calls that change something are counted.</summary>
    private static void CommitAndDie(string[] arguments)
    {
        var (root, state, step, last) = (arguments[0], arguments[1], arguments[2], int.Parse(arguments[3], System.Globalization.CultureInfo.InvariantCulture));
        var sandbox = Rounds.Stepped(Strategy.Named(arguments[4])!, state, root, step);
        var changes = sandbox.Changes;
        FaultPoint.Inject = call =>
        {
            if (!Reading.Contains(call) && last-- == 0)
            {
                using var self = Process.GetCurrentProcess();
                self.Kill();
                Thread.Sleep(Timeout.Infinite);
            }

            return 0;
        };
        SandboxedBuild.Commits.Commit.Run(sandbox.Overlay, changes, SandboxedBuild.Commits.CommitRequest.Everything);
    }

    /// <summary>Commits of the same step over the same tree, each with another fault.</summary>
    private sealed class Rounds : IDisposable
    {
        private static readonly DateTimeOffset Recent = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private readonly TemporaryTree _tree = new();
        private readonly OtherMount? _other;
        private readonly Strategy _strategy;
        private readonly string _step;
        private readonly string _before;
        private readonly string _after;
        private readonly bool _isUndo;
        private int _number;

        public Rounds(Strategy strategy, string step, StatePlace place, bool isUndo = false)
        {
            _strategy = strategy;
            _isUndo = isUndo;
            _other = place == StatePlace.OtherMount ? new OtherMount() : null;
            _step = step;
            var root = NewRoot();
            _before = Trees.Since(root, Recent);
            using (var sandbox = Stepped(strategy, State, root, step))
            {
                Assert.That(Commit(sandbox, Noted(isUndo ? [] : Calls)), Is.EqualTo("nothing"));
            }

            _after = Trees.Since(root, Recent);
            if (isUndo)
            {
                using var overlay = Committed();
                Assert.That(Undo(overlay, Noted(Calls)), Is.EqualTo("nothing"));
                overlay.Discard();
                (_before, _after) = (_after, Trees.Since(root, Recent));
            }

            Assert.That(_after, Is.Not.EqualTo(_before));
        }

        /// <summary>The calls of a commit that succeeds.</summary>
        public List<string> Calls { get; } = [];

        private string State => _tree.Beside("state");

        public static Sandbox Stepped(Strategy strategy, string state, string root, string step)
        {
            var sandbox = Sandbox.Over(strategy, state, root);
            sandbox.Run(Garden.Programs + step, static request => request with { Needs = [.. Garden.Needs] }).ShouldSucceed();
            return sandbox;
        }

        /// <summary>Commits while the call of this number, and perhaps all after it, fails.</summary>
        public void Run(int index, int error, bool lasting)
        {
            var root = NewRoot();
            var sandbox = Stepped(_strategy, State, root, _step);
            var count = 0;

            // An attribute that may not be read is taken for one that is not there: it says nothing to this user.
            int Inject(string call) => count++ == index || (lasting && count > index) ? call == "lgetxattr" && error == Errno.AccessDenied ? InputOutput : error : 0;
            string said;
            if (_isUndo)
            {
                Commit(sandbox, static _ => 0);
                sandbox.Dispose();
                using var overlay = Committed();
                said = Undo(overlay, Inject);
            }
            else
            {
                said = Commit(sandbox, Inject);
                sandbox.Abandon();
            }

            Judge(root, said, $"call {index}, {Calls[index]}, {(lasting ? "and all after it fail" : "fails")} with error {error}");
        }

        /// <summary>Commits in another process, which is killed before the call of this number.</summary>
        public void Kill(int index)
        {
            var root = NewRoot();
            Scenario.Die(CommitAndDie, root, State, _step, $"{index}", _strategy.Name);
            Judge(root, "SBX4004", $"killed before changing call {index}");
        }

        public void Dispose()
        {
            _other?.Dispose();
            _tree.Dispose();
        }

        private static Func<string, int> Noted(List<string> calls) => call =>
        {
            calls.Add(call);
            return 0;
        };

        private Overlay Committed()
        {
            var store = Sandbox.StoreAt(State);
            return store.OpenBackup(store.Undoable().Single().Id);
        }

        private string Commit(Sandbox sandbox, Func<string, int> inject)
        {
            var changes = sandbox.Changes;
            return Said(inject, () => SandboxedBuild.Commits.Commit.Run(sandbox.Overlay, changes, SandboxedBuild.Commits.CommitRequest.Everything with { Retention = _isUndo ? Retention.Default : null }));
        }

        private static string Undo(Overlay overlay, Func<string, int> inject) => Said(inject, () => SandboxedBuild.Commits.Undo.Run(overlay));

        private static string Said(Func<string, int> inject, Action action)
        {
            FaultPoint.Inject = inject;
            try
            {
                action();
                return "nothing";
            }
            catch (SandboxException e)
            {
                return e.Diagnostic.Code;
            }
            finally
            {
                FaultPoint.Inject = null;
            }
        }

        private void Judge(string root, string said, string story)
        {
            SweepUntilEmpty(Sandbox.StoreAt(State));
            var left = Trees.Since(root, Recent);
            foreach (var backup in Sandbox.StoreAt(State).Undoable())
            {
                TreeRemoval.Remove(backup.Directory);
            }

            story += $"; the commit said {said}; {_step}";
            using (Assert.EnterMultipleScope())
            {
                Assert.That(left, said switch
                {
                    "nothing" => Is.EqualTo(_after),
                    "SBX4004" => Is.EqualTo(_before).Or.EqualTo(_after),
                    _ => Is.EqualTo(_before),
                }, story);
                Assert.That(Directory.EnumerateDirectories(State).Where(static path => Path.GetFileName(path) != "undo"), Is.Empty, story);
            }
        }

        /// <summary>The step's watch may have the overlay for a moment, to see that nothing is left to do for it.</summary>
        private void SweepUntilEmpty(OverlayStore store)
        {
            var time = Stopwatch.StartNew();
            while (Directory.EnumerateDirectories(State).Any(static path => Path.GetFileName(path) != "undo") && time.Elapsed < TimeSpan.FromSeconds(5))
            {
                store.Sweep();
                Thread.Sleep(1);
            }
        }

        private string NewRoot()
        {
            var root = Path.Combine(_other?.Path ?? _tree.Root, $"root-{_number++}");
            Garden.Plant(root);
            return root;
        }
    }
}
