using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>What a step sees of the machine, and what it can do to it.</summary>
internal sealed class View
{
    private static readonly string[] Forbidden =
    [
        "touch /usr/made", "touch /etc/made", "touch /made", "mkdir /opt/made", "touch /proc/made",
        "mount -t tmpfs none /tmp", "mount -o remount,rw,bind /usr", "umount .", "unshare --mount true", "nsenter -t 1 -m true", "chroot / true",
        "mknod device b 8 0", "test -r /dev/sda -o -r /dev/vda -o -r /dev/mem -o -r /dev/kmsg", "grep -q . /etc/shadow", "ls {home}/.ssh",
        "echo x > /proc/sys/kernel/hostname", "echo x > /proc/sys/kernel/core_pattern", "echo h > /proc/sysrq-trigger", "hostname made",
        "kill -0 {pid}", "cat /proc/{pid}/cmdline", "ls /proc/{pid}/root",
    ];

    private static readonly string[] Allowed =
    [
        "cat /etc/passwd", "test -w . -a -w /tmp -a -w /var/tmp -a -w ~", "echo > /dev/null", "head -c 1 /dev/urandom", "test -e /dev/fd/0",
        "dotnet --version", "test $(ls -d /proc/[0-9]* | wc -l) -lt 10", "mkdir made && chmod 700 made && rmdir made",
    ];

    [Test]
    public void What_reaches_out_of_the_sandbox_is_impossible() => Assert.That(Possible(Forbidden), Is.Empty);

    [Test]
    public void What_commands_usually_do_is_possible() => Assert.That(Possible(Allowed), Is.EqualTo(Allowed));

    [Test]
    public void It_has_no_network()
    {
        using var project = new Project();
        var step = project.Step("readlink /proc/self/ns/net; ls /sys/class/net 2>/dev/null; cut -d: -f1 -s /proc/net/dev");
        Assert.That(step.ShouldSucceed().Log, Does.Not.Contain(NetworkOfThisProcess).And.EndsWith("lo\n"));
    }

    [Test]
    public void It_has_the_hosts_network_if_asked_for()
    {
        using var project = new Project();
        var step = project.Step("readlink /proc/self/ns/net", exec => exec.Network = "Host");
        Assert.That(step.ShouldSucceed().Log, Is.EqualTo($"High: {NetworkOfThisProcess}\n"));
    }

    [Test]
    public void A_setting_gives_the_network_and_the_step_takes_it_back()
    {
        using var project = new Project(settings: settings => settings.Network = "Host");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(project.Step("readlink /proc/self/ns/net").Log, Is.EqualTo($"High: {NetworkOfThisProcess}\n"));
            Assert.That(project.Step("readlink /proc/self/ns/net", exec => exec.Network = "None").Log, Is.Not.EqualTo($"High: {NetworkOfThisProcess}\n"));
        }
    }

    [Test]
    public void It_does_not_see_the_temporary_files_of_others()
    {
        using var other = new TemporaryTree { ["file"] = "x" };
        using var project = new Project();
        var step = project.Step($"cat {other.PathOf("file")} 2>/dev/null || echo unseen");
        Assert.That(step.ShouldSucceed().Log, Is.EqualTo("High: unseen\n"));
    }

    [Test]
    public void Bits_that_give_rights_away_are_dropped_with_a_warning()
    {
        using var project = new Project();
        var step = project.Step("echo x > tool; chmod 6755 tool");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Succeeded, Is.True);
            Assert.That(step.Codes, Is.EqualTo("SBX4005"));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 755 tool \"x\\n\"\n"));
        }
    }

    private static string NetworkOfThisProcess => new FileInfo("/proc/self/ns/net").LinkTarget!;

    private static List<string> Possible(string[] attempts)
    {
        using var project = new Project();
        var command = string.Concat(attempts.Select((attempt, number) => $"if ( {attempt} ) >/dev/null 2>&1; then echo possible {number}; fi\n"))
            .Replace("{pid}", $"{Environment.ProcessId}", StringComparison.Ordinal)
            .Replace("{home}", Environment.GetEnvironmentVariable("HOME"), StringComparison.Ordinal);
        var log = project.Step(command).ShouldSucceed().Log;
        return [.. attempts.Where((_, number) => log.Contains($"High: possible {number}\n", StringComparison.Ordinal))];
    }
}
