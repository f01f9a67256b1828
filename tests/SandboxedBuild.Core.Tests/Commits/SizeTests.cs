using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Trees that are deeper and wider than anybody plans for.</summary>
internal sealed class SizeTests
{
    /// <summary>More than 4,000 levels, whose path no call takes at once (PATH_MAX).</summary>
    private const string Deep = """
        p=$(printf '%500s' | sed 's/ /d\//g')
        deep() { mkdir -p $1; echo $2 > $1/file; for i in 1 2 3 4 5 6 7 8; do mkdir -p z/$p; mv $1 z/${p}in; mv z $1; done; }

        """;

    private const string Change = "find changed -name file -execdir sh -c 'echo 2 > file' \\;";

    private const string List = "find . -printf '%d %y %m %s %f\\n' -name file -execdir cat {} \\; | sort";

    /// <summary>What deletes is planted as overlayfs would leave it, which itself takes half a minute to delete such a tree.</summary>
    [TestCase(StatePlace.SameMount)]
    [TestCase(StatePlace.OtherMount)]
    public void Trees_of_4000_levels_come_and_go_and_are_changed_and_replaced(StatePlace place)
    {
        using var tree = new TemporaryTree();
        using var memory = new OtherMount();
        var (expected, sandboxed) = (Path.Combine(memory.Path, "expected"), Path.Combine(memory.Path, "sandboxed"));
        Shell.Run(memory.Path, $"mkdir expected sandboxed; {Deep} cd expected; deep changed 2; mkdir replaced; deep replaced/new 2; deep new 2; cd ../sandboxed; deep changed 1; deep gone 1; deep replaced 1");
        using (var sandbox = Sandbox.Over(Strategy.Overlay, Path.Combine(place == StatePlace.OtherMount ? tree.Root : memory.Path, "state"), sandboxed))
        {
            sandbox.Run($"{Change}; {Deep} deep new 2").ShouldSucceed();
            Shell.Run(sandbox.Overlay.Roots[0].Upper, $"{Deep} mknod gone c 0 0; mkdir replaced; {NativeProgram.Attribute} set replaced user.overlay.opaque 79; deep replaced/new 2");
            sandbox.Commit();
        }

        Assert.That(Shell.Run(sandboxed, List), Is.EqualTo(Shell.Run(expected, List)));
    }

    /// <summary>One directory in another, each with a file, some of them shut: a copy of it does not take longer the deeper it is.</summary>
    [Test]
    public void A_root_of_4000_levels_is_copied_changed_and_committed()
    {
        using var memory = new OtherMount();
        var (expected, sandboxed) = (Path.Combine(memory.Path, "expected"), Path.Combine(memory.Path, "sandboxed"));
        Shell.Run(memory.Path, $"for root in expected sandboxed; do mkdir $root; (cd $root; {Deep} deep kept 1; deep changed 1; deep gone 1; find kept -mindepth 100 -maxdepth 2000 -type d -execdir chmod 500 {{}} +); done");
        Shell.Run(expected, "rm -r gone; " + Change);
        using (var sandbox = Sandbox.Over(Strategy.Copy, Path.Combine(memory.Path, "state"), sandboxed))
        {
            sandbox.Run("rm -r gone; " + Change).ShouldSucceed();
            sandbox.Commit();
        }

        Assert.That(Shell.Run(sandboxed, List), Is.EqualTo(Shell.Run(expected, List)));
    }

    /// <summary>In memory, for not every disk's filesystem can hold so many quickly.</summary>
    [Category("AnyUser")]
    [Test]
    public void A_directory_of_100_000_entries()
    {
        using var memory = new OtherMount();
        var root = Path.Combine(memory.Path, "root");
        Shell.Run(memory.Path, "mkdir -p root/dir root/emptied; touch root/dir/file; cd root/emptied; seq 100000 | xargs touch");
        using var sandbox = Sandbox.Over(Path.Combine(memory.Path, "state"), root);
        sandbox.Run("cd dir; seq 100000 | xargs touch; cd ..; find emptied -type f -delete").ShouldSucceed();
        sandbox.Commit();
        Assert.That(new[] { "dir", "emptied" }.Select(name => Directory.GetFiles(Path.Combine(root, name)).Length), Is.EqualTo(new[] { 100_001, 0 }));
    }
    [Test]
    public void More_levels_than_files_can_be_open_are_refused() => Scenario.RunBehind(["prlimit", "--nofile=500:500"], NestTooDeeply);

    private static void NestTooDeeply(string[] arguments)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        Shell.Run(sandbox.Overlay.Roots[0].Upper, "mkdir -p $(printf '%700s' | sed 's/ /d\\//g')");
        var refused = Refusal.Of(() => sandbox.Changes);
        Assert.That((refused.Code, Directory.GetFileSystemEntries(tree.Root).Length), Is.EqualTo(("SBX4008", 0)));
    }
}
