using System.Text;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>From 0.11 on, bwrap mounts the overlays itself: one program where there are three else.</summary>
internal sealed class NewerBubblewrapTests
{
    [Test]
    public void The_overlay_is_mounted_by_bwrap_alone()
    {
        var tools = RequireNewer();
        using var tree = new TemporaryTree { ["file"] = "old", ["gone"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        _ = sandbox.Prepare(["true"], null, out var launch);
        launch.Dispose();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(launch.Arguments, Has.Some.EqualTo(tools.Bubblewrap));
            var table = Path.Combine(sandbox.Overlay.StepDirectory, "mounts");
            Assert.That(File.Exists(table) ? File.ReadAllText(table) : string.Empty, Does.Not.Contain("lowerdir="));
            sandbox.Run("echo new > file; rm gone; mkdir made; ln -s file made/link").ShouldSucceed();
            Assert.That(sandbox.Reported, Is.EqualTo("Modified File file\nDeleted File gone\nAdded Directory made\nAdded SymbolicLink made/link"));
            Assert.That(tree.Read("file"), Is.EqualTo("old"));
            sandbox.Commit();
            Assert.That(tree.Read("file"), Is.EqualTo("new\n"));
        }
    }

    [Test]
    public void The_next_step_sees_what_the_one_before_left()
    {
        RequireNewer();
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo one > made; rm file").ShouldSucceed();
        Assert.That(sandbox.Run("cat made; ls").ShouldSucceed().Output, Is.EqualTo("one\nmade\n"));
    }

    /// <summary>Its overlays know no noatime, by which a copy is told from a new file: docs/adr/0007-files-with-several-names.md.</summary>
    [Test]
    public void A_file_that_is_read_after_it_was_changed_is_parted_from_its_other_names()
    {
        RequireNewer();
        using var tree = new TemporaryTree { ["file"] = "old" };
        Shell.Run(tree.Root, "ln file name");
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo step >> file; cat file").ShouldSucceed();
        Assert.That(sandbox.Commit().Warnings.Select(static warning => warning.Code), Is.EqualTo(new[] { "SBX4013" }));
        Assert.That((tree.Read("file"), tree.Read("name")), Is.EqualTo(("oldstep\n", "old")));
    }

    [TestCase("mount -o remount,ro $PWD")]
    [TestCase("umount $PWD")]
    [TestCase("umount -l $PWD; echo x > file; test -s /proc/1/root$PWD/file")]
    public void The_overlay_stays(string attempt)
    {
        RequireNewer();
        using var tree = new TemporaryTree { ["file"] = "old" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run($"( {attempt} ) > /dev/null 2>&1; echo new > file; cat file").ShouldSucceed();
        Assert.That(tree.Read("file"), Is.EqualTo("old"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void The_options_name_the_layers_or_what_is_mounted_already(bool mountsOverlays)
    {
        using var tree = new TemporaryTree { ["a/file"] = "x", ["b/file"] = "x" };
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("a"), tree.PathOf("b"));
        var plan = PlanBuilder.Build(sandbox.Request(["true"]));
        var options = Encoding.UTF8.GetString(BubblewrapArguments.For(plan, sandbox.Overlay, mountsOverlays)).Replace('\0', ' ');
        foreach (var root in sandbox.Overlay.Roots)
        {
            Assert.That(options, Does.Contain(mountsOverlays ? $" --overlay-src {root.Path} --overlay {root.Upper} {root.Work} {root.Path} " : $" --bind {root.Merged} {root.Path} "));
        }

        Assert.That(options.Contains(" --overlay", StringComparison.Ordinal), Is.EqualTo(mountsOverlays));
    }

    private static BubblewrapTools RequireNewer()
    {
        var tools = (BubblewrapTools)HostTools.Find(Isolation.Bubblewrap, Callers.With());
        Assume.That(tools.MountsOverlays, "bwrap is older than 0.11; SANDBOXEDBUILD_TEST_BWRAP may name a newer one");
        return tools;
    }
}
