using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Live files with several names, of which a step changes one.</summary>
[TestFixtureSource(typeof(ContractTests), nameof(ContractTests.CatchingFaithfully))]
internal sealed class OtherNamesTests(Strategy strategy)
{
    private const string Plants = "mkdir -p a/b c; echo old > a/file; ln a/file c/name; ln a/file a/b/third; echo old > single; echo old > same";

    [TestCase("echo step >> a/file")]
    [TestCase("echo step >> a/file; cat a/file")]
    [TestCase("sed -i s/old/new/ a/file; cat a/file")]
    [TestCase("chmod 600 c/name")]
    [TestCase("touch -d @5 a/b/third")]
    [TestCase("sed -i s/old/new/ a/file")]
    [TestCase("rm c/name; echo step >> a/file")]
    [TestCase("echo step > single; ln a/file c/fourth")]
    [TestCase("ln a/file d; echo step >> d")]
    [TestCase("attr set a/file user.x 31")]
    [TestCase("rm -r a; echo step >> c/name")]
    [TestCase("ln -f single same")]
    [TestCase("ln -f same single; ln -f same a/file")]
    public void All_names_in_the_root_change_together(string script)
    {
        // Overlays that bwrap itself mounts know no noatime; then the file is parted from its names: docs/adr/0007-files-with-several-names.md.
        Assume.That(strategy != Strategy.Overlay || script != "echo step >> a/file; cat a/file" || !Callers.HaveNewerBubblewrap, "bwrap mounts overlays itself");
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var twins = new Twins(Plants, place, strategy: strategy);
            twins.Run(script);
            Assert.That(twins.Actual, Is.EqualTo(twins.Expected), $"{place}: {script}");
        }
    }

    [Test]
    public void The_other_names_are_among_the_changes()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, Plants);
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("echo step >> a/file").ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo("Modified File a/b/third\nModified File a/file\nModified File c/name"));
    }

    /// <summary>In a copy, and in place, it stays a name of the file.</summary>
    [TestCase("mv c/name c/moved")]
    [TestCase("ln c/name c/moved; rm c/name")]
    public void A_name_that_is_moved_becomes_a_file_of_its_own_and_that_is_said(string script)
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, Plants);
        var result = Sandbox.RunAndCommit(tree, script, strategy);
        using (Assert.EnterMultipleScope())
        {
            if (strategy != Strategy.Overlay)
            {
                Assert.That(result.Warnings, Is.Empty);
                Assert.That(Trees.LineOf(tree.Root, "c/moved"), Does.Contain(" 3 links "));
                return;
            }

            Assert.That(result.Warnings.Select(static warning => warning.Code), Is.EqualTo(new[] { "SBX4013" }));
            Assert.That(Trees.LineOf(tree.Root, "a/file"), Does.Contain(" 2 links "));
            Assert.That(Trees.LineOf(tree.Root, "c/moved"), Does.Not.Contain(" links "));
        }
    }

    /// <summary>In a copy it can, and in place: the file has the inode that it had.</summary>
    [Test]
    public void Where_it_cannot_be_told_whether_the_file_was_changed_or_replaced_it_is_parted_and_that_is_said()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, Plants);
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("echo step > a/file; touch -d @5 a/file").ShouldSucceed();
        var result = sandbox.Commit();
        var others = strategy != Strategy.Overlay ? "step\n" : "old\n";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Warnings.Select(static warning => warning.Code), Is.EqualTo(strategy != Strategy.Overlay ? [] : new[] { "SBX4013" }));
            Assert.That(new[] { "a/file", "a/b/third", "c/name" }.Select(name => File.ReadAllText(tree.PathOf(name))), Is.EqualTo(new[] { "step\n", others, others }));
        }
    }

    /// <summary>In place there is one file.</summary>
    [Test]
    public void A_name_outside_keeps_its_file_and_that_is_said()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Shell.Run(tree.Root, $"ln file {tree.Beside("outside")}");
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("echo step > file").ShouldSucceed();
        var result = sandbox.Commit();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Warnings.Select(static warning => warning.Code), Is.EqualTo(strategy.IsInPlace ? [] : new[] { "SBX4013" }));
            Assert.That(File.ReadAllText(tree.Beside("outside")), Is.EqualTo(strategy.IsInPlace ? "step\n" : "old"));
            Assert.That(File.ReadAllText(tree.PathOf("file")), Is.EqualTo("step\n"));
        }
    }

    [Test]
    public void A_name_that_is_not_selected_keeps_its_file()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, Plants);
        using var sandbox = Sandbox.Over(tree, strategy);
        sandbox.Run("echo step > a/file").ShouldSucceed();
        sandbox.Commit(new(new(["c/**"], [])));
        Assert.That(new[] { "a/file", "a/b/third", "c/name" }.Select(name => File.ReadAllText(tree.PathOf(name))), Is.EqualTo(new[] { "old\n", "old\n", "step\n" }));
    }
}
