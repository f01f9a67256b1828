using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Steps in place without a way back: what they did is told by looking before and after, and stays.</summary>
[Category("AnyUser")]
internal sealed class NoneTests
{
    private const string Plants = "echo old > file; echo old > gone; echo old > moved; mkdir -p dir/sub; echo old > dir/file; echo old > dir/other; ln -s file link; echo old > one; ln one two; echo old > shut";

    /// <summary>The words are those of the other strategies; what only the contents could tell is told otherwise.</summary>
    [TestCase("echo step > file; rm gone; mkdir -p made/sub; echo step > made/sub/file; echo step > dir/file; mv moved dir/moved", "Modified File dir/file\nRenamed File dir/moved from moved\nModified File file\nDeleted File gone\nAdded Directory made\nAdded Directory made/sub\nAdded File made/sub/file")]
    [TestCase("echo step > file; touch -r gone file", "Modified File file")]
    [TestCase("cp file t; mv t file", "Modified File file")]
    [TestCase("touch file", "Modified File file")]
    [TestCase("chmod 600 file; chmod 700 dir; touch -d @1 dir; ln gone third; rm third", "")]
    [TestCase("rm -r dir; echo step > dir", "Modified File dir\nDeleted File dir/file\nDeleted File dir/other\nDeleted Directory dir/sub")]
    [TestCase("rm file; mkdir file; echo x > file/x", "Modified Directory file\nAdded File file/x")]
    [TestCase("mv dir other", "Deleted Directory dir\nDeleted Directory dir/sub\nAdded Directory other\nRenamed File other/file from dir/file\nRenamed File other/other from dir/other\nAdded Directory other/sub")]
    [TestCase("ln -sfn gone link; echo step >> one; mv two three", "Modified SymbolicLink link\nModified File one\nRenamed File three from two")]
    [TestCase("cp -p file copy; mkfifo pipe; true > file; rm gone; echo new > gone", "Added File copy\nModified File file\nModified File gone\nAdded Fifo pipe")]
    [TestCase("touch \"$(printf 'new\\nline\\377')\"", "Added File new\\x0aline\\xff")]
    [TestCase("true", "")]
    public void What_changed_is_told(string script, string told)
    {
        using var tree = Planted();
        using var sandbox = Sandbox.Over(tree, Strategy.None);
        sandbox.Run(script).ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo(told));
        var after = Trees.Exact(tree.Root);
        var result = sandbox.Commit();
        Assert.That((ChangeText.Of(result.Committed), result.Warnings, Trees.Exact(tree.Root)), Is.EqualTo((told, result.Warnings, after)));
        Assert.That(sandbox.Overlay.RollBack(), Is.Null, "what was accepted is not told again");
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [Test]
    public void A_rollback_takes_nothing_back_and_says_what_stays()
    {
        using var tree = Planted();
        using var sandbox = Sandbox.Over(tree, Strategy.None);
        sandbox.Run("echo step > file; echo step > new; exit 3");
        var said = sandbox.Overlay.RollBack()!;
        Assert.That((said.Code, said.IsWarning, tree.Read("file")), Is.EqualTo(("SBX4023", true, "step\n")));
        Assert.That(said.Message, Does.Contain(tree.PathOf("file") + "; " + tree.PathOf("new")).And.Contain("2 paths").And.Contain("git restore"));
    }

    [Test]
    public void What_takes_a_way_back_is_refused()
    {
        using var tree = Planted();
        using var sandbox = Sandbox.Over(tree, Strategy.None);
        sandbox.Run("echo step > file; echo step > new").ShouldSucceed();
        Assert.That(Refusal.Of(() => sandbox.Overlay.Hold()).Code, Is.EqualTo("SBX1021"));
        Assert.That(sandbox.CommitRefused(new(new([], ["new"]))).Code, Is.EqualTo("SBX1021"));
        Assert.That(sandbox.Commit().Committed.Length, Is.EqualTo(2));
    }

    [Test]
    public void Known_protected_files_are_read_only_and_the_others_are_told_as_an_error()
    {
        using var tree = new TemporaryTree { [".envrc"] = "old", ["dir/file"] = "old" };
        using var sandbox = Sandbox.Over(tree, Strategy.None);
        Assert.That(sandbox.Run("echo step > .envrc").Status.ExitCode, Is.Not.Zero);
        sandbox.Run("echo step > dir/.envrc; touch tool; chmod 4755 tool").ShouldSucceed();
        var said = sandbox.CommitRefused();
        Assert.That((said.Code, said.IsWarning, tree.Read(".envrc"), tree.Has("dir/.envrc")), Is.EqualTo(("SBX4023", false, "old", true)));
        Assert.That(said.Message, Does.Contain("dir/.envrc; ").And.Contain("/tool"));
    }

    [Test]
    public void A_second_step_sees_the_first_and_what_others_do_in_between_is_theirs()
    {
        using var tree = Planted();
        using var sandbox = Sandbox.Over(tree, Strategy.None);
        sandbox.Run("echo step > file").ShouldSucceed();
        Shell.Run(tree.Root, "echo mine > mine; echo mine > gone");
        Assert.That(sandbox.Run("cat file gone; echo step > dir/new").ShouldSucceed().Output, Is.EqualTo("step\nmine\n"));
        Assert.That(sandbox.Reported, Is.EqualTo("Added File dir/new\nModified File file"));
    }

    /// <summary>The root's lock is that of Snapshot: one at a time.</summary>
    [Test]
    public void Others_wait_while_it_runs()
    {
        using var tree = Planted();
        using var sandbox = Sandbox.Over(tree, Strategy.None);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.That(() => Sandbox.StoreAt(tree.Beside("other")).Create([tree.Root], strategy: Strategy.None, cancellation: impatient.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void What_a_killed_build_has_done_stays_and_the_next_one_says_so()
    {
        using var tree = Planted();
        Scenario.Die(StepAndDie, tree.Root, tree.Beside("state"));
        Assert.That(tree.Read("file"), Is.EqualTo("step\n"));
        var reports = Sandbox.StoreAt(tree.Beside("state")).Sweep(tree.Root);
        Assert.That(reports.Select(static report => (report.Code, report.IsWarning)), Is.EqualTo(new[] { ("SBX4023", true) }));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
        Assert.That(tree.Read("file"), Is.EqualTo("step\n"));
    }

    private static void StepAndDie(string[] arguments)
    {
        var sandbox = Sandbox.Over(Strategy.None, arguments[1], arguments[0]);
        sandbox.Run("echo step > file").ShouldSucceed();
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    private static TemporaryTree Planted()
    {
        var tree = new TemporaryTree();
        Shell.Run(tree.Root, Plants);
        return tree;
    }
}
