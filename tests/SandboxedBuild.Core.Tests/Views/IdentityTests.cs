using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>As whom a step runs, and with what.</summary>
[TestFixture(Isolation.Bubblewrap)]
[TestFixture(Isolation.Namespaces)]
internal sealed class IdentityTests(Isolation isolation)
{
    [Test]
    public void User_and_group_are_the_callers()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(sandbox.Run("id -u; id -g; stat -c '%u %g' .").Output, Is.EqualTo($"{Caller.Uid}\n{Caller.Gid}\n{Caller.Uid} {Caller.Gid}\n"));
    }

    [Test]
    public void Root_keeps_what_files_of_other_owners_need_and_others_keep_nothing()
    {
        // CHOWN, DAC_OVERRIDE, FOWNER, FSETID: bits 0, 1, 3, 4 (linux/capability.h).
        var left = Caller.IsRoot ? "000000000000001b" : "0000000000000000";
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var status = sandbox.Run("grep -E '^(CapPrm|CapEff|NoNewPrivs):' /proc/self/status").Output;
        Assert.That(status.Replace('\t', ' '), Is.EqualTo($"CapPrm: {left}\nCapEff: {left}\nNoNewPrivs: 1\n"));
    }

    [Test]
    public void Root_works_on_files_of_other_owners()
    {
        using var tree = new TemporaryTree { ["theirs"] = TreeEntry.File("old", "600"), ["their/file"] = "old" };
        if (Caller.IsRoot)
        {
            Shell.Run(tree.Root, "chown 12345:23456 theirs; chown -R 12345 their; chmod 700 their");
        }

        var owners = Shell.Run(tree.Root, "stat -c '%u:%g %a' theirs their their/file");
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run("echo new >> theirs; echo new >> their/file").ShouldSucceed();
        sandbox.Commit();
        Assert.That(Shell.Run(tree.Root, "stat -c '%u:%g %a' theirs their their/file"), Is.EqualTo(owners));
        Assert.That(tree.Read("theirs"), Is.EqualTo("oldnew\n"));
    }

    /// <summary>As in most containers. It needs no more than that user namespaces are let through.</summary>
    [Test]
    [Category("AnyUser")]
    public void Root_that_may_not_mount_is_root_in_a_user_namespace()
    {
        if (!Caller.IsRoot)
        {
            Assert.Ignore("needs root");
        }

        using var tree = new TemporaryTree { ["file"] = TreeEntry.File("old", "400") };
        Scenario.RunBehind(["setpriv", "--bounding-set=-sys_admin", "--"], StepOfContainedRoot, tree.Root, tree.Beside("state"));
        Assert.That((tree.Read("file"), tree.Read("new")), Is.EqualTo(("new\n", "0:0\n")));
    }

    /// <summary>mount(8) takes a line of a table for done if it finds its source at its target; a root that may not mount still owns the devices.</summary>
    [TestCase("none", "")]
    [TestCase("tmpfs", "setpriv --bounding-set=-sys_admin --")]
    [TestCase("none", "setpriv --bounding-set=-sys_admin --")]
    public void The_devices_of_any_host_are_not_changed(string source, string behind)
    {
        if (!Caller.IsRoot)
        {
            Assert.Ignore("needs root");
        }

        using var tree = new TemporaryTree();
        var devices = $"mount -t tmpfs -o mode=755 {source} /dev; mkdir /dev/pts /dev/shm; for d in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do mknod -m 666 /dev/${{d%% *}} c ${{d#* }}; done";
        Scenario.RunBehind(["unshare", "--mount", "sh", "-ec", $"{devices}; exec {behind} \"$@\"", "sh"], ChangeDevices, tree.Root, tree.Beside("state"), isolation.ToString());
    }

    private static void ChangeDevices(string[] arguments)
    {
        using var sandbox = Sandbox.Over(arguments[1], arguments[0]).In(Enum.Parse<Isolation>(arguments[2]));
        var step = sandbox.Run("echo > /dev/null && chmod 640 /dev/full; chown 5 /dev/full");
        Assert.That(Shell.Run("/", "stat -c '%a %u' /dev/full"), Is.EqualTo("666 0\n"), step.Error);
        Assert.That(step.Error, Does.Contain("Read-only file system"));
    }

    private static void StepOfContainedRoot(string[] arguments)
    {
        using var sandbox = Sandbox.Over(arguments[1], arguments[0]);
        var step = sandbox.Run("echo new > file; stat -c %u:%g . > new; grep CapEff /proc/self/status; cat /etc/shadow; mount -t tmpfs none /tmp || umount . || echo kept");
        Assert.That((step.Status.ExitCode, step.Output), Is.EqualTo(((int?)0, "CapEff:\t000000000000001b\nkept\n")), step.Error);
        sandbox.Commit();
    }

    [Test]
    public void No_descriptor_is_open_but_the_standard_ones()
    {
        using var tree = new TemporaryTree();
        Scenario.RunBehind(["bash", "-c", $"exec 3>{tree.Beside("3")} 7>{tree.Beside("7")} 9<>{tree.Beside("9")} 10>{tree.Beside("10")} 42<>{tree.Beside("42")}; exec \"$@\"", "bash"], ListDescriptors, tree.Root, tree.Beside("state"), isolation.ToString());
    }

    private static void ListDescriptors(string[] arguments)
    {
        using var sandbox = Sandbox.Over(arguments[1], arguments[0]).In(Enum.Parse<Isolation>(arguments[2]));
        var step = sandbox.RunProgram([NativeProgram.Attack, "descriptors"], request => request with { Needs = [NativeProgram.Attack] });
        Assert.That((step.Status.ExitCode, step.Output), Is.EqualTo(((int?)1, string.Empty)));
    }

    [Test]
    public void Standard_input_is_empty()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(sandbox.Run("readlink /proc/self/fd/0; cat; echo end").Output, Is.EqualTo("/dev/null\nend\n"));
    }

    [Test]
    public void Output_and_error_are_the_commands_own()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run("echo out; echo err >&2; exit 42");
        Assert.That((step.Status.ExitCode, step.Output, step.Error, step.Status.Errors), Is.EqualTo(((int?)42, "out\n", "err\n", string.Empty)));
    }

    [TestCase("kill -TERM $$", 143)]
    [TestCase("kill -KILL $$", 137)]
    [TestCase("exit 1", 1)]
    [TestCase("exit 255", 255)]
    [TestCase("exec /nonexistent/program", 127)]
    public void The_exit_code_is_the_commands(string script, int expected)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(sandbox.Run(script).Status.ExitCode, Is.EqualTo(expected));
    }

    [Test]
    public void A_failed_setup_is_no_exit_code()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run("true").ShouldSucceed();
        var step = sandbox.Run("echo ran", request => request with { Command = ["/nonexistent"] });
        Assert.That((step.Status.ExitCode, step.Output), Is.EqualTo(((int?)null, string.Empty)));
        Assert.That(step.Status.Errors, Does.Contain("/nonexistent"));
    }

    [Test]
    public void What_root_alone_may_read_is_hidden_from_the_next_step_on()
    {
        using var tree = new TemporaryTree { ["etc/app/settings"] = TreeEntry.File("s", "644"), ["etc/keys/key"] = TreeEntry.File("s", "644") };
        Scenario.RunAsRoot(HidesWhatAppears, $"cp /etc/passwd /etc/group {tree.PathOf("etc")}; mount --bind {tree.PathOf("etc")} /etc", tree.Root, tree.Beside("root"), tree.Beside("state"), isolation.ToString());
    }

    private static void HidesWhatAppears(string[] arguments)
    {
        using var sandbox = Sandbox.Over(arguments[2], Directory.CreateDirectory(arguments[1]).FullName).In(Enum.Parse<Isolation>(arguments[3]));
        Assert.That(Seen(), Is.EqualTo("/etc/app/settings\n/etc/keys/key\n"));

        Shell.Run("/etc", "chmod 600 app/settings; echo secret > app/new; chmod 640 app/new; echo s > app/public");
        Assert.That(Seen(), Is.EqualTo("/etc/app/public\n/etc/keys/key\n"));

        Shell.Run("/etc", "chmod 700 keys; rm app/new");
        Assert.That(Seen(), Is.EqualTo("/etc/app/public\n"));

        string Seen() => sandbox.Run("find /etc/app /etc/keys -type f -size +0").ShouldSucceed().Output;
    }
}
