using System.Reflection;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// What every strategy has to do, on every kind of filesystem and for both kinds of users: all tests of the contract, and some random scripts.
/// Root's run has the ordinary user's half, too, for only root can mount.
/// </summary>
[Category("AnyUser")]
internal sealed class FilesystemTests
{
    private const int Scripts = 2;

    private static readonly bool Long = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 };

    /// <summary>In the short run not on those on which, or on other mounts of which, all other tests are, too; on one of the rest alone with strategies that share their code with Copy, and for one of the users what is as with Copy.</summary>
    private static IEnumerable<TestCaseData> Cells() =>
        from filesystem in TestedFilesystem.All
        from teller in Enum.GetValues<Teller>()
        from strategy in ContractTests.Catching
        where Long || (filesystem.IsRare && (strategy == Strategy.Overlay || strategy == Strategy.Copy || (filesystem.Name == "btrfs" && (strategy != Strategy.GitWorktree || teller != Teller.Root))))
        select new TestCaseData(filesystem, teller, strategy);

    [TestCaseSource(nameof(Cells))]
    public void The_contract_holds(TestedFilesystem filesystem, Teller teller, Strategy strategy) =>
        OnFilesystem.Tell(KeepTheContract, filesystem, teller, keepsStateElsewhere: filesystem.Name == "overlay" && strategy == Strategy.Overlay, strategy.Name, $"{Environment.TickCount & 0xffffff}");

    private static void KeepTheContract(string[] arguments)
    {
        var (strategy, seed) = (Strategy.Named(arguments[0])!, int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture));
        OtherMount.Use(OnFilesystem.Other);

        var failures = new List<string>();
        foreach (var (name, test) in Contract(strategy).Concat(ContractTests.Faithful.Contains(strategy) ? RandomScripts(strategy, seed) : []))
        {
            try
            {
                test();
            }
            catch (Exception e)
            {
                failures.Add($"{name}: {(e is TargetInvocationException { InnerException: { } inner } ? inner : e)}");
            }
        }

        if (failures.Count > 0)
        {
            throw new InvalidOperationException(string.Join("\n\n", failures));
        }
    }

    /// <summary>XFS takes an exchange for a modification of the directories that are exchanged: whatever fails meanwhile, they have their times again.</summary>
    [Test]
    public void Directories_on_XFS_keep_their_times_whatever_fails() =>
        OnFilesystem.Tell(FailToExchange, TestedFilesystem.All.Single(static filesystem => filesystem.Name == "xfs"), Teller.Root, keepsStateElsewhere: false);

    private static void FailToExchange(string[] arguments)
    {
        var faults = new FaultTests(Strategy.Overlay);
        faults.A_call_that_fails_is_taken_back_or_made_up_for(FaultTests.Steps[1], StatePlace.SameMount);
        faults.An_undo_is_carried_on_from_whatever_call_stopped_it(FaultTests.Steps[1]);
    }

    /// <summary>An overlay on an overlay on an overlay is more than the kernel stacks: an upper layer on one is refused, and what needs none is not.</summary>
    [Test]
    public void State_on_an_overlay_is_refused_with_the_reason_and_Auto_takes_the_next_strategy([Values] Teller teller) =>
        OnFilesystem.Tell(KeepStateOnOverlay, TestedFilesystem.All.Single(static filesystem => filesystem.Name == "overlay"), teller, keepsStateElsewhere: false);

    private static void KeepStateOnOverlay(string[] arguments)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        using (var sandbox = Sandbox.Over(tree, Strategy.Overlay))
        {
            var refused = Refusal.Of(() => sandbox.Run("true"));
            Assert.That((refused.Code, refused.Message.Contains("SandboxStateDirectory", StringComparison.Ordinal)), Is.EqualTo(("SBX1007", true)), refused.Message);
        }

        var store = Sandbox.StoreAt(tree.Beside("state"));
        var chosen = ChosenOverlay.Create(store, [tree.Root], within: null, wanted: null, SandboxedBuild.Sandboxing.Isolation.Bubblewrap, [], CancellationToken.None);
        using var overlay = chosen.Overlay;
        Assert.That(chosen.Overlay.Strategy, Is.EqualTo(Strategy.Automatic[1]), chosen.Reason);
        Assert.That(chosen.Reason, Does.Contain("SBX1007"));
        overlay.Discard();
    }

    /// <summary>All tests of the contract, and those of the copy.</summary>
    private static IEnumerable<(string Name, Action Test)> Contract(Strategy strategy)
    {
        var methods = typeof(ContractTests).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly);
        foreach (var method in methods.Where(method => method.GetCustomAttribute<TestCaseSourceAttribute>()?.SourceName != nameof(ContractTests.Elsewhere) || ContractTests.Elsewhere.Contains(strategy)))
        {
            var hasPlace = method.GetParameters() is [_, { ParameterType: var type }] && type == typeof(StatePlace);
            foreach (var arguments in hasPlace ? Enum.GetValues<StatePlace>().Select(place => new object[] { strategy, place }) : [[strategy]])
            {
                yield return ($"{method.Name}({string.Join(", ", arguments)})", () => method.Invoke(new ContractTests(), arguments));
            }
        }

        if (strategy == Strategy.Copy)
        {
            yield return (nameof(CopyTests.A_copy_is_the_same_in_everything), static () => new CopyTests().A_copy_is_the_same_in_everything(4));
            yield return (nameof(CopyTests.Where_a_name_lies_outside_the_file_is_parted_and_that_is_said), static () => new CopyTests().Where_a_name_lies_outside_the_file_is_parted_and_that_is_said());
        }
    }

    private static IEnumerable<(string Name, Action Test)> RandomScripts(Strategy strategy, int first) => Enumerable.Range(first, Scripts).Select(seed => ($"SANDBOXEDBUILD_SEED={seed}", (Action)(() =>
    {
        var trial = DifferentialTests.TrialOf(strategy, seed);
        trial = Sandbox.StateElsewhere is null ? trial : trial with { Place = TrialPlace.StateInMemory };
        Assert.That(trial.Difference(), Is.Null, trial.ToString());
    })));
}
