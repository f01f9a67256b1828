using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Roots on filesystems that are not this kernel's: what cannot be done well there is refused before the step runs.</summary>
[Category("AnyUser")]
internal sealed class UserSpaceTests
{
    [Test]
    public void On_a_network_filesystem_no_step_runs() => OnFilesystem.Tell(RefuseEverything, TestedFilesystem.Network, Teller.Root, keepsStateElsewhere: true);

    private static void RefuseEverything(string[] arguments)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Untold(tree, "fuse.sshfs");
        foreach (var strategy in Strategy.All)
        {
            var refused = Refusal.Of(() => Sandbox.Over(strategy, Path.Combine(OnFilesystem.Other, "state"), tree.Root).Dispose());
            Assert.That((refused.Code, refused.Message.Contains("fuse.sshfs", StringComparison.Ordinal)), Is.EqualTo((strategy.HasWayBack ? "SBX1012" : "SBX1013", true)), $"{strategy}: {refused.Message}");
            Assert.That(Directory.EnumerateFileSystemEntries(tree.Root).Select(Path.GetFileName).Where(static name => name != ".git"), Is.EqualTo(new[] { "file" }));
        }
    }

    /// <summary>A command that nothing surrounds runs there, and it is said that its changes are not told.</summary>
    private static void Untold(TemporaryTree tree, string filesystem)
    {
        var (overlay, warning) = PlainStep.Enter(new(Callers.With(), Path.Combine(OnFilesystem.Other, "plain")), [tree.Root], within: null, wanted: null, IsolationDiagnostics.NoneAskedFor(), CancellationToken.None);
        Assert.That((overlay, warning.Code, warning.IsWarning), Is.EqualTo(((Overlays.Overlay?)null, "SBX1033", true)));
        Assert.That(warning.Message, Does.Contain("What it changes is not told").And.Contain("SBX1013").And.Contain(filesystem));
    }

    /// <summary>There a trial can make nothing, and has nothing to take back; nor has a step that only reads.</summary>
    [Test]
    public void A_root_that_may_not_be_written_to_is_good_for_steps_that_only_read() => OnFilesystem.Tell(ReadOnUserSpace, TestedFilesystem.UserSpace, Teller.Root, keepsStateElsewhere: true);

    private static void ReadOnUserSpace(string[] arguments)
    {
        using var tree = new TemporaryTree { ["file"] = "old" };
        Shell.Run(tree.Root, "mount --bind . . && mount -o remount,bind,ro \"$PWD\"");
        try
        {
            foreach (var strategy in new[] { Strategy.Overlay, Strategy.Copy })
            {
                var state = Path.Combine(OnFilesystem.Other, strategy.Name);
                using (var sandbox = Sandbox.Over(strategy, state, tree.Root))
                {
                    Assert.That(sandbox.Run("cat file").ShouldSucceed().Output, Is.EqualTo("old"), strategy.Name);
                    sandbox.Overlay.Discard();
                }

                Assert.That(Directory.EnumerateDirectories(state), Is.Empty, strategy.Name);
            }
        }
        finally
        {
            Shell.Run("/", $"umount -l '{tree.Root}'");
        }
    }

    [Test]
    public void In_user_space_what_can_be_done_is_done() => OnFilesystem.Tell(StepOnUserSpace, TestedFilesystem.UserSpace, Teller.Root, keepsStateElsewhere: true);

    private static void StepOnUserSpace(string[] arguments)
    {
        foreach (var strategy in Strategy.All)
        {
            using var tree = new TemporaryTree { ["file"] = "old", ["gone"] = "old" };
            if (strategy.IsInPlace)
            {
                Assert.That(Refusal.Of(() => Sandbox.Over(tree, strategy).Dispose()), Has.Property("Code").EqualTo("SBX1013").And.Property("Message").Contains("fuse.fuse-overlayfs"));
                continue;
            }

            using var sandbox = Sandbox.Over(tree, strategy);
            sandbox.Run("echo step > file; rm gone; mkdir made; echo step > made/file").ShouldSucceed();
            sandbox.Commit(CommitRequest.Everything);
            Assert.That(tree.Describe(), Does.Contain("f 644 file \"step\\n\"").And.Contain("made/file").And.Not.Contain("gone"), strategy.Name);
        }
    }
}
