using System.Globalization;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>What travels with an entry beside its contents.</summary>
internal sealed class PreservationTests
{
    [TestCase(StatePlace.SameMount)]
    [TestCase(StatePlace.OtherMount)]
    public void Holes_stay_holes(StatePlace place)
    {
        using var tree = new TemporaryTree();
        using var other = new OtherMount();
        var root = Directory.CreateDirectory(Path.Combine(place == StatePlace.OtherMount ? other.Path : tree.Surroundings, "root")).FullName;
        using var sandbox = Sandbox.Over(tree.Beside("state"), root);
        sandbox.Run("truncate -s 64M sparse; printf end >> sparse; printf begin | dd of=sparse conv=notrunc 2>/dev/null; truncate -s 8M hole").ShouldSucceed();
        sandbox.Commit();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Trees.LineOf(root, "sparse"), Does.Contain("67108867 bytes").And.Contain("sparse"));
            Assert.That(Trees.LineOf(root, "hole"), Does.Contain("8388608 bytes").And.Contain("sparse"));
            Assert.That(long.Parse(Shell.Run(root, "du -k sparse | cut -f 1"), CultureInfo.InvariantCulture), Is.LessThan(1024));
        }
    }

    [TestCase("echo new > file")]
    [TestCase("true")]
    [TestCase("chmod 750 .")]
    public void Access_lists_stay(string script)
    {
        // user::rwx, user:1:rwx, group::r-x, mask::rwx, other::r-x (acl(5), linux/posix_acl_xattr.h).
        const string Access = "0200000001000700ffffffff020007000100000004000500ffffffff10000700ffffffff20000500ffffffff";
        using var tree = new TemporaryTree { ["file"] = "old", ["dir/file"] = "old" };
        foreach (var (path, list) in new[] { (".", "access"), (".", "default"), ("dir", "access"), ("dir", "default"), ("file", "access") })
        {
            Shell.Run(tree.Root, $"{NativeProgram.Attribute} set {path} system.posix_acl_{list} {Access}");
        }

        string[] Lists() => [.. Trees.Exact(tree.Root).Split('\n').Select(static line => string.Join(' ', line.Split(' ').Where(static word => word.StartsWith("system.posix_acl", StringComparison.Ordinal)).Select(static word => word.Split('=')[0])))];
        var before = Lists();
        Sandbox.RunAndCommit(tree, script);
        Assert.That(Lists(), Is.EqualTo(before));
    }

    [Test]
    public void Nothing_changed_means_that_nothing_is_touched()
    {
        using var tree = new TemporaryTree();
        Garden.Plant(tree.PathOf("garden"));
        var before = Shell.Run(tree.Root, "find . -printf '%p %i %C@ %T@ %m\\n' | sort");
        var result = Sandbox.RunAndCommit(tree, "find . -type f -exec cat {} + > /dev/null; ls -lR > /dev/null");
        Assert.That((Shell.Run(tree.Root, "find . -printf '%p %i %C@ %T@ %m\\n' | sort"), result.Committed.Length), Is.EqualTo((before, 0)));
    }

    [TestCase("touch file dir dir/file; chmod 600 file")]
    [TestCase("cp -a file x; mv x file; cat dir/file > /tmp/x; cat /tmp/x > dir/file")]
    [TestCase("rm file; printf x > file; rm -r dir; mkdir dir; printf x > dir/file")]
    public void Touched_or_rewritten_with_the_same_contents_is_not_reported(string script)
    {
        using var tree = new TemporaryTree { ["file"] = "x", ["dir/file"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run(script).ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sandbox.Reported, Is.Empty);
            Assert.That(sandbox.Changes.Entries.Select(static change => change.Kind), Is.All.EqualTo(SandboxedBuild.Changes.ChangeKind.Metadata));
        }
    }

    [TestCase("12345:12345")]
    [TestCase("12345:0")]
    [TestCase("0:12345")]
    public void Roots_of_another_owner_can_be_committed_to(string owners)
    {
        using var tree = new TemporaryTree();

        // An ordinary user finds such a directory only where everybody may write.
        var root = OrdinaryUser.IsRoot ? tree.Root : "/var/tmp";
        if (OrdinaryUser.IsRoot)
        {
            Shell.Run(root, $"chown {owners} .");
        }

        var name = $"sandboxed-build-core-{Guid.NewGuid():N}";
        var owner = Trees.LineOf(root, ".").Split(' ')[..3];
        using var sandbox = Sandbox.Over(tree.Beside("state"), root);
        sandbox.Run($"echo x > {name}").ShouldSucceed();
        try
        {
            sandbox.Commit();
            Assert.That(File.ReadAllText(Path.Combine(root, name)), Is.EqualTo("x\n"));
            Assert.That(Trees.LineOf(root, ".").Split(' ')[..3], Is.EqualTo(owner));
        }
        finally
        {
            File.Delete(Path.Combine(root, name));
        }
    }

    /// <summary>Nobody but root can make such a directory for somebody else, and nobody but an ordinary user is refused its group.</summary>
    [Category("AnyUser")]
    [TestCaseSource(typeof(ContractTests), nameof(ContractTests.ElsewhereFaithfully))]
    public void The_group_of_a_root_stays_if_its_owner_is_not_in_it(Strategy strategy)
    {
        if (!OrdinaryUser.IsRoot)
        {
            Assert.Ignore("needs root");
        }

        using var tree = new TemporaryTree();
        var state = Directory.CreateDirectory(tree.Beside("state")).FullName;
        Shell.Run(tree.Root, $"chown 12345:0 . '{state}'; chmod 711 .. ../..");
        Scenario.RunBehind(["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--"], CommitAsGuest, tree.Root, Path.Combine(state, "own"), strategy.Name);
        Assert.That(Shell.Run(tree.Root, "stat -c '%u:%g %n' . new"), Is.EqualTo("12345:0 .\n12345:12345 new\n"));
    }

    private static void CommitAsGuest(string[] arguments)
    {
        // Whoever has a capability is refused by bwrap: what a step would leave is put there.
        using var sandbox = Sandbox.Over(Strategy.Named(arguments[2]), arguments[1], arguments[0]);
        File.WriteAllText(Path.Combine(sandbox.Overlay.Roots[0].Upper, "new"), "x");
        Assert.That(sandbox.Reported, Is.EqualTo("Added File new"));
        Assert.That(sandbox.Changes.Entries.Where(static change => change.Path.IsRoot), Is.All.Matches<SandboxedBuild.Changes.Change>(static change => change.Upper!.Value.Gid == change.Live!.Value.Gid));
        sandbox.Commit();
    }
}
