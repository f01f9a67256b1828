using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>A process that not even SIGKILL ends: it waits for a filesystem that stands still.</summary>
internal sealed class OutlivingTests
{
    [Test]
    public void Changes_are_not_taken_while_a_process_could_still_make_more()
    {
        Assume.That(Caller.IsRoot, "only root can mount a filesystem that can be frozen");
        using var tree = new TemporaryTree { ["root/file"] = "old" };

        // Writers to a frozen filesystem wait without being interruptible (ioctl_fsfreeze(2)).
        var mount = $"cd {tree.Root}; truncate -s 8M image; mkfs.ext4 -q image; mkdir -p frozen; mount -o loop image frozen";
        var possible = Command.Run("unshare", ["--mount", "sh", "-ec", mount + "; fsfreeze -f frozen; fsfreeze -u frozen"]);
        Assume.That(possible.ExitCode, Is.Zero, possible.Error);
        Scenario.RunAsRoot(WaitsForTheFilesystem, mount, tree.PathOf("root"), tree.Beside("state"), tree.PathOf("frozen"));
    }

    private static void WaitsForTheFilesystem(string[] arguments)
    {
        var (root, state, frozen) = (arguments[0], arguments[1], arguments[2]);
        using var sandbox = Sandbox.Over(state, root);
        sandbox.Run("true").ShouldSucceed();
        Shell.Run("/", $"fsfreeze -f {frozen}");
        try
        {
            var refused = Refusal.Of(() => sandbox.Run($"sh -c 'echo x > {frozen}/file' > /dev/null 2>&1 & sleep 0.2; echo new > file", request => request with { Paths = [new(frozen, MountAccess.ReadWrite)] }));
            Assert.That(refused.Code, Is.EqualTo("SBX3003"));
            Assert.That(refused.Message, Does.Match("kill -KILL [0-9]+$"));
            Assert.That(File.ReadAllText(root + "/file"), Is.EqualTo("old"));
        }
        finally
        {
            Shell.Run("/", $"fsfreeze -u {frozen}");
        }
    }
}
