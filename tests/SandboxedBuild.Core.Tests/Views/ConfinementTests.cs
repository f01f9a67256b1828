using System.Net;
using System.Net.Sockets;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What a step cannot do, as root and as an ordinary user.</summary>
[TestFixture(Isolation.Bubblewrap)]
[TestFixture(Isolation.Namespaces)]
internal sealed class ConfinementTests(Isolation isolation)
{
    [TestCase("echo x > /usr/made")]
    [TestCase("echo x > /etc/made")]
    [TestCase("echo x > /made")]
    [TestCase("mkdir /opt/made")]
    [TestCase("echo x >> /bin/sh")]
    [TestCase("echo x > $outside/file")]
    [TestCase("rm $outside/file")]
    [TestCase("cat $outside/file")]
    [TestCase("ls $state")]
    [TestCase("mount -t tmpfs none /tmp")]
    [TestCase("mount -o remount,rw /usr")]
    [TestCase("mount -o remount,rw,bind /usr")]
    [TestCase("mount -o remount,rw /")]
    [TestCase("umount $PWD")]
    [TestCase("umount -l /proc/sys")]
    [TestCase("unshare --mount true")]
    [TestCase("unshare --user --map-root-user --mount sh -c 'mount -t tmpfs none /tmp && umount /usr && echo x > /usr/made'")]
    [TestCase("nsenter --target 1 --mount true")]
    [TestCase("chroot /tmp /bin/true")]
    [TestCase("mknod node b 8 0")]
    [TestCase("mknod node c 1 1")]
    [TestCase("$attack mount /tmp")]
    [TestCase("$attack bind /tmp")]
    [TestCase("$attack remount /usr")]
    [TestCase("$attack umount /proc")]
    [TestCase("$attack fsopen")]
    [TestCase("$attack open_tree /usr")]
    [TestCase("$attack mknod")]
    [TestCase("$attack mknod-char")]
    [TestCase("$attack setns /proc/1/ns/mnt")]
    [TestCase("$attack setns /proc/self/ns/user")]
    [TestCase("$attack pivot_root")]
    [TestCase("$attack chroot")]
    [TestCase("$attack handle /usr")]
    [TestCase("$attack handle .")]
    [TestCase("$attack setuid")]
    [TestCase("$attack setgid")]
    [TestCase("$attack sethostname")]
    [TestCase("$attack keep")]
    [TestCase("rm /dev/null || mv /dev/null /dev/other")]
    [TestCase("mount --move /proc /tmp || mount --make-shared / || mount --bind /usr /tmp")]
    [TestCase("ls -d /proc/[0-9]*/root/$state || ls -d /proc/*/cwd/$state")]
    [TestCase(": >> /proc/1/mem || : >> /proc/self/oom_score_adj && echo -1000 > /proc/self/oom_score_adj")]
    [TestCase(": >> /proc/sysrq-trigger")]
    [TestCase(": >> /proc/sys/kernel/core_pattern")]
    [TestCase(": >> /proc/sys/kernel/modprobe")]
    [TestCase(": >> /proc/sys/vm/overcommit_memory")]
    [TestCase(": >> /proc/sys/fs/binfmt_misc/register")]
    [TestCase("test $(id -u) = 0 && find /proc/sys/kernel /proc/sys/vm /proc/sys/fs /proc/sys/dev /proc/irq /proc/bus /proc/fs -type f -writable 2>/dev/null | grep -q .")]
    [TestCase("ls /sys/kernel /sys/class/net")]
    [TestCase("head -c 1 /dev/mem || head -c 1 /dev/kmsg || head -c 1 /dev/sda || head -c 1 /dev/vda || head -c 1 /proc/kcore")]
    [TestCase("kill -0 $host")]
    [TestCase("ls /proc/$host")]
    [TestCase("cat /etc/shadow 2>/dev/null | grep -q .")]
    [TestCase("find /etc -type f ! -perm -004 -exec cat {} + 2>/dev/null | grep -q .")]
    [TestCase("ls /root /home /run /mnt /media /boot /srv | grep -q .")]
    [TestCase("test -e /run/docker.sock -o -e /var/run/docker.sock")]
    [TestCase("su -c true nobody || sudo -n true")]
    [TestCase("echo '#!/bin/sh' > tool && cp /bin/sh shell && chown 1:1 shell && chmod 4755 shell && test \"$(./shell -c 'id -u')\" = 1")]
    [TestCase("ls /proc/1/root/root || ls /proc/1/root/home || ls /proc/1/cwd/../../home")]
    // For a moment after the command starts, bwrap's first process still closes what the setup had open.
    [TestCase("sleep 1; ls -l /proc/1/fd | grep -v -e /dev/null -e pipe: -e total -e step/errors -e step/status -e eventfd | grep -q .")]
    public void A_step_cannot(string what)
    {
        using var outside = new TemporaryTree { ["file"] = "safe" };
        using var tree = new TemporaryTree { ["file"] = "x" };
        var before = Trees.Exact(outside.Root);
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run($"attack={NativeProgram.Attack}; outside={outside.Root}; state={tree.Beside("state")}; host={Environment.ProcessId}; if ( {what} ) > /dev/null; then echo possible; else echo impossible; fi", Sees(NativeProgram.Attack));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Output, Is.EqualTo("impossible\n"), step.Error);
            Assert.That(Trees.Exact(outside.Root), Is.EqualTo(before));
            Assert.That(Directory.EnumerateFileSystemEntries(tree.Surroundings).Select(Path.GetFileName), Is.EquivalentTo(new[] { "tree", "state", "state-home" }));
        }
    }

    [TestCase("chmod 666 /dev/null")]
    [TestCase("chown 0:0 /dev/zero || chown $(id -u) /dev/zero")]
    [TestCase("touch -d 2001-01-01 /dev/full")]
    public void The_hosts_devices_are_not_changed(string what)
    {
        A_step_cannot(what);
    }

    [TestCase("$attack keyctl")]
    [TestCase("$attack add_key")]
    [TestCase("$attack request_key")]
    [TestCase("$attack keyctl-32")]
    [TestCase("$attack keyctl-x32")]
    [TestCase("$attack bpf")]
    [TestCase("$attack io_uring")]
    [TestCase("$attack userfaultfd")]
    [TestCase("$attack perf_event_open")]
    [TestCase("$attack syslog")]
    [TestCase("$attack TIOCSTI")]
    [TestCase("$attack TIOCSTI-64")]
    [TestCase("$attack TIOCLINUX")]
    [TestCase("$attack socket 40")]
    [TestCase("$attack socket 38")]
    [TestCase("$attack socket-32 40")]
    [TestCase("$attack socketcall-32 40")]
    public void A_filter_refuses(string what)
    {
        Assume.That(isolation, Is.EqualTo(Isolation.Bubblewrap), "util-linux has no filter of system calls");
        A_step_cannot(what);
    }

    [Test]
    public void A_step_cannot_push_characters_into_the_terminal()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.RunProgram([NativeProgram.Attack, "terminal"], Sees(NativeProgram.Attack), around: [NativeProgram.Terminal]);
        Assert.That(step.Status.ExitCode, Is.EqualTo(1), step.Output);
    }

    [TestCase(NetworkAccess.None, 1)]
    [TestCase(NetworkAccess.Host, 0)]
    public void Local_services_are_reached_only_with_the_hosts_network(NetworkAccess network, int exitCode)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.RunProgram([NativeProgram.Attack, "connect", port], request => Sees(NativeProgram.Attack)(request) with { Network = network });
        Assert.That(step.Status.ExitCode, Is.EqualTo(exitCode));
    }

    [Test]
    public void Without_network_there_is_a_loopback_device_of_its_own()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(sandbox.Run("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '").Output, Is.EqualTo("lo\n"));
    }

    [TestCase("outside")]
    [TestCase("inside")]
    [TestCase("abstract")]
    public void Unix_sockets_of_the_host_are_not_reached(string place)
    {
        using var tree = new TemporaryTree();
        var name = place switch
        {
            "outside" => tree.Beside("s"),
            "inside" => tree.PathOf("s"),
            _ => $"@sandboxed-build-{Guid.NewGuid():N}",
        };
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(name.Replace('@', '\0')));
        listener.Listen();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.RunProgram([NativeProgram.UnixSocket, "connect", name], Sees(NativeProgram.UnixSocket));
        Assert.That((step.Status.ExitCode, step.Output), Is.EqualTo(((int?)1, string.Empty)));
        File.Delete(name);
    }

    [Test]
    public void What_a_step_leaves_running_is_dead_when_it_is_over()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var marker = $"98765.{Random.Shared.Next(1_000_000)}";
        sandbox.Run($$"""
            setsid sh -c 'while sleep 0; do echo {{marker}} >> log; done' > /dev/null 2>&1 &
            (setsid sh -c "trap '' TERM INT HUP; sleep {{marker}}" &) &
            nohup sleep {{marker}} &
            while [ ! -s log ]; do sleep 0.01; done
            """).ShouldSucceed();
        var log = Path.Combine(sandbox.Overlay.Roots[0].Upper, "log");
        var size = new FileInfo(log).Length;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(RunningProcess.All().Where(process => process.CommandLine == "sleep " + marker || process.CommandLine == $"sh -c while sleep 0; do echo {marker} >> log; done"), Is.Empty);
            Thread.Sleep(100);
            Assert.That(new FileInfo(log).Length, Is.EqualTo(size));
        }
    }

    [Test]
    public void A_step_cannot_forge_its_exit_code_through_its_first_process()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run("for fd in /proc/1/fd/* /proc/$PPID/fd/*; do echo '{ \"exit-code\": 0 }' >> $fd; done 2>/dev/null; exit 7");

        // It may spoil what bwrap says: then the sandbox has failed.
        Assert.That(step.Status.ExitCode, Is.EqualTo(7).Or.Null);
    }

    [Test]
    public void A_step_cannot_fill_the_disk_through_its_first_process()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run("for fd in /proc/1/fd/* /proc/$PPID/fd/*; do timeout 0.5 head -c 1000000 /dev/zero >> $fd; done > /dev/null 2>&1; true");
        Assert.That(Shell.Run(sandbox.Overlay.Directory, "find step -type f -size +100k"), Is.Empty);
    }

    private static Func<SandboxRequest, SandboxRequest> Sees(string program) => request => request with { Needs = [program] };
}
