using SandboxedBuild.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Each thing that a host may lack or refuse is a diagnostic with a way out.</summary>
internal sealed class PrerequisiteTests
{
    /// <summary>A device in the place of a program is not executable, and so as good as missing.</summary>
    private static string Hide(string program) => $"for d in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do [ ! -e $d/{program} ] || mount --bind /dev/null $d/{program}; done";

    [TestCase("bwrap", "SBX1001", "bubblewrap")]
    [TestCase("flock", "SBX1008", "flock")]
    public void A_program_is_missing(string program, string code, string named)
    {
        var mounts = Hide(program);
        Scenario.RunAsRoot(FindFails, mounts, code, named, Callers.SystemPath);
    }

    [Test]
    public void Bwrap_is_setuid()
    {
        using var tree = new TemporaryTree { ["bwrap"] = TreeEntry.File("#!/bin/sh\n", "4755") };
        FindFails(["SBX1002", "sudo chmod u-s " + tree.PathOf("bwrap"), tree.Root + ":" + Callers.SystemPath]);
    }

    [Test]
    public void Bwrap_is_too_old()
    {
        using var tree = new TemporaryTree { ["bwrap"] = TreeEntry.File("#!/bin/sh\nbwrap --help | grep -v -e --json-status-fd -e --perms\n".Replace("bwrap", "/usr/bin/bwrap", StringComparison.Ordinal), "755") };
        FindFails(["SBX1010", "--json-status-fd, --perms", tree.Root + ":" + Callers.SystemPath]);
    }

    private static void FindFails(string[] arguments)
    {
        var refused = Refusal.Of(() => HostTools.Find(Isolation.Bubblewrap, Callers.With().And("PATH", arguments[2])));
        Assert.That((refused.Code, refused.Message), Is.EqualTo((arguments[0], refused.Message)));
        Assert.That(refused.Message, Does.Contain(arguments[1]));
    }

    [Test]
    public void Bwrap_fails_when_it_is_asked()
    {
        using var tree = new TemporaryTree { ["bwrap"] = TreeEntry.File("#!/bin/sh\necho 'bwrap: Unexpected capabilities but not setuid' >&2\nexit 1\n", "755") };
        var refused = Refusal.Of(() => HostTools.Find(Isolation.Bubblewrap, Callers.With().And("PATH", tree.Root + ":" + Callers.SystemPath)));
        Assert.That(refused.Message, Does.Contain("Unexpected capabilities"), "its own words are the only clue");
    }

    [Test]
    public void Relative_directories_on_the_path_are_not_searched()
    {
        var caller = Callers.With().And("PATH", "relative:.::/usr/bin:/bin");
        Assert.That(caller.SearchPath, Is.EqualTo(new[] { "/usr/bin", "/bin" }));
    }

    [Test]
    public void User_namespaces_are_refused()
    {
        using var tree = new TemporaryTree();
        const string Refuse = "echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --ambient-caps -all --inh-caps -all \"$@\"";

        // To everybody but root, who needs none.
        Scenario.RunBehind(
            ["unshare", "--user", $"--map-user={(Caller.IsRoot ? 1000 : Caller.Uid)}", $"--map-group={(Caller.IsRoot ? 1000 : Caller.Gid)}", "--keep-caps", "sh", "-ec", Refuse, "sh"],
            RequireFails,
            tree.Root, tree.Beside("state"), "SBX1003", "user.max_user_namespaces is 0", Callers.SystemPath);
    }

    [Test]
    public void Overlays_are_refused()
    {
        using var tree = new TemporaryTree { ["mount"] = TreeEntry.File("#!/bin/sh\necho mount: permission denied >&2\nexit 32\n", "755"), ["root/file"] = "x" };
        // In a process of its own: a trial that worked is not repeated.
        Scenario.RunBehind(["env"], RequireFails, tree.PathOf("root"), tree.Beside("state"), "SBX1004", "permission denied", tree.Root + ":" + Callers.SystemPath);
    }

    [Test]
    public void An_overlay_cannot_hold_another_ones_upper_layer()
    {
        using var tree = new TemporaryTree { ["root/file"] = "x" };
        var overlay = $"cd {tree.Surroundings}; mkdir l u w m; mount -t overlay -o lowerdir=l,upperdir=u,workdir=w,userxattr none m";
        Scenario.RunAsRoot(RequireFails, overlay, tree.PathOf("root"), tree.Beside("m/state"), "SBX1007", tree.Beside("m/state"), Callers.SystemPath);
    }

    [Test]
    public void Something_else_fails()
    {
        using var tree = new TemporaryTree { ["bwrap"] = TreeEntry.File("#!/bin/sh\n[ \"$1\" = --help ] && exec /usr/bin/bwrap --help\necho bwrap: no such luck >&2\nexit 1\n", "755"), ["root/file"] = "x" };
        Scenario.RunBehind(["env"], RequireFails, tree.PathOf("root"), tree.Beside("state"), "SBX3001", "no such luck", tree.Root + ":" + Callers.SystemPath);
    }

    private static void RequireFails(string[] arguments)
    {
        var (root, state, code, reason, path) = (arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
        var caller = Callers.At(Directory.CreateDirectory(state + "-home").FullName).And("PATH", path);
        using var overlay = new OverlayStore(caller, state).Create([root]);
        using var removal = new Disposal(overlay.Discard);
        using var turn = overlay.TakeTurn(CancellationToken.None);
        var refused = Refusal.Of(() => HostTrial.Require(overlay, HostTools.Find(Isolation.Bubblewrap, caller), caller));
        Assert.That((refused.Code, refused.Message), Is.EqualTo((code, refused.Message)));
        Assert.That(refused.Message, Does.Contain(reason));
    }

    [Test]
    public void A_mount_inside_the_root_does_not_stop_a_step()
    {
        using var tree = new TemporaryTree { ["file"] = "old", ["volume/file"] = "x" };
        Scenario.Run(RunsAnyway, $"mount -t tmpfs -o mode=755 none {tree.PathOf("volume")}", tree.Root, tree.Beside("state"));
    }

    private static void RunsAnyway(string[] arguments)
    {
        try
        {
            using var sandbox = Sandbox.Over(arguments[1], arguments[0]);
            sandbox.Run("echo new > file").ShouldSucceed();
            sandbox.Commit();
            Assert.That(File.ReadAllText(arguments[0] + "/file"), Is.EqualTo("new\n"));
        }
        catch (SandboxException e)
        {
            // The kernel refuses it to ordinary users; then the message has to say so.
            Assert.That(e.Diagnostic.Message, Does.Contain(arguments[0] + "/volume"));
        }
    }
}
