namespace SandboxedBuild.Core.Tests;

/// <summary>Live files with several names, of which a step changes one.</summary>
internal sealed class OtherNamesTests
{
    private const string Plants = "mkdir -p a/b c; echo old > a/file; ln a/file c/name; ln a/file a/b/third; echo old > single";

    [TestCase("echo step >> a/file")]
    [TestCase("chmod 600 c/name")]
    [TestCase("touch -d @5 a/b/third")]
    [TestCase("sed -i s/old/new/ a/file")]
    [TestCase("rm c/name; echo step >> a/file")]
    [TestCase("echo step > single; ln a/file c/fourth")]
    [TestCase("ln a/file d; echo step >> d")]
    [TestCase("attr set a/file user.x 31")]
    [TestCase("rm -r a; echo step >> c/name")]
    public void All_names_in_the_root_change_together(string script)
    {
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var twins = new Twins(Plants, place);
            twins.Run(script);
            Assert.That(twins.Actual, Is.EqualTo(twins.Expected), $"{place}: {script}");
        }
    }

    [Test]
    public void The_other_names_are_among_the_changes()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, Plants);
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo step >> a/file").ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo("Modified File a/b/third\nModified File a/file\nModified File c/name"));
    }

    [Test]
    public void A_name_outside_keeps_its_file_and_that_is_said()
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Shell.Run(tree.Root, $"ln file {tree.Beside("outside")}");
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo step > file").ShouldSucceed();
        var result = sandbox.Commit();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Warnings.Select(static warning => warning.Code), Is.EqualTo(new[] { "SBX4013" }));
            Assert.That(File.ReadAllText(tree.Beside("outside")), Is.EqualTo("old"));
            Assert.That(File.ReadAllText(tree.PathOf("file")), Is.EqualTo("step\n"));
        }
    }

    [Test]
    public void A_name_that_is_not_selected_keeps_its_file()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, Plants);
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo step > a/file").ShouldSucceed();
        sandbox.Commit(new(new(["c/**"], [])));
        Assert.That(new[] { "a/file", "a/b/third", "c/name" }.Select(name => File.ReadAllText(tree.PathOf(name))), Is.EqualTo(new[] { "old\n", "old\n", "step\n" }));
    }
}
