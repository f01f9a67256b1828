using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using SandboxedBuild.Limits;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Groups for steps: where they are made, that nothing of them stays. Where this process may make none, the kernel's side is not tested.</summary>
[NonParallelizable]
internal sealed class ControlGroupTests
{
    [TestCase("0::/", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw", "/sys/fs/cgroup")]
    [TestCase("0::/user.slice/a.scope", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/sys/fs/cgroup/user.slice/a.scope /sys/fs/cgroup/user.slice")]
    [TestCase("0::/job", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/sys/fs/cgroup/job /sys/fs/cgroup")]
    [TestCase("0::/docker/1", "30 23 0:26 /docker/1 /sys/fs/cgroup ro shared:9 master:4 - cgroup2 cgroup rw", "/sys/fs/cgroup")]
    [TestCase("0::/docker/1/in", "30 23 0:26 /docker/1 /sys/fs/cgroup ro - cgroup2 cgroup rw", "/sys/fs/cgroup/in /sys/fs/cgroup")]
    [TestCase("0::/../other", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "")]
    [TestCase("0::/docker/2", "30 23 0:26 /docker/1 /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "")]
    [TestCase("4:memory:/", "30 23 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory", "")]
    public void Places_are_the_builds_own_group_and_the_one_above(string group, string mount, string places) =>
        Assert.That(string.Join(' ', ControlGroupPlaces.In(["4:memory:/", group], ["22 1 8:1 / / rw - ext4 /dev/sda rw", mount])), Is.EqualTo(places));

    [Test]
    public void What_stands_in_the_way_is_said()
    {
        using var tree = new TemporaryTree { ["cgroup.controllers"] = "cpu memory\n" };
        Assert.That(ControlGroup.TryMake([tree.PathOf("none"), tree.Root], ["memory", "pids"], out var obstacles), Is.Null);
        Assert.That(obstacles, Does.Contain("none").And.Contain($"{tree.Root} has no controller pids").And.Contain("cgroup.procs"));
    }

    [Test]
    public void A_group_goes_with_all_that_is_in_it()
    {
        using var group = Make();
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "trap '' TERM; echo 0 > \"$0\" && { setsid sleep 60 & } && exec sleep 60", group.Entrance]))!;
        while (File.ReadAllLines(group.Entrance).Length < 2 && !process.HasExited)
        {
            Thread.Sleep(5);
        }

        var inside = File.ReadAllLines(group.Entrance);
        group.Dispose();
        process.WaitForExit();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(inside, Has.Length.EqualTo(2));
            Assert.That(Directory.Exists(group.Path), Is.False);
        }
    }

    [Test]
    public void What_a_killed_build_left_goes_when_the_next_group_is_made()
    {
        string left;
        using (var group = Make())
        {
            // No process has this number.
            left = Path.Combine(Path.GetDirectoryName(group.Path)!, "sandboxed-build-99999999-1");
            Directory.CreateDirectory(Path.Combine(left, "step"));
        }

        Make().Dispose();
        Assert.That(Directory.Exists(left), Is.False);
    }

    [Test]
    public void The_group_of_a_killed_build_is_removed_by_the_watch()
    {
        using var limited = WithMemory();
        using var tree = new TemporaryTree();
        var sandbox = Sandbox.Over(tree);
        var start = sandbox.Prepare(["/bin/sleep", "60"], null, out var launch, limited: limited);
        using var process = Process.Start(start)!;
        while (File.ReadAllLines(limited.Group!.Entrance).Length < 3 && !process.HasExited)
        {
            Thread.Sleep(5);
        }

        // Who has the locks is gone, and its step with it.
        process.Kill();
        launch.Dispose();
        sandbox.Abandon();
        for (var waited = Stopwatch.StartNew(); Directory.Exists(limited.Group.Path) && waited.Elapsed < TimeSpan.FromSeconds(20);)
        {
            Thread.Sleep(20);
        }

        Assert.That(Directory.Exists(limited.Group.Path), Is.False);
    }

    [Test]
    public void A_step_cannot_change_its_limits()
    {
        using var limited = WithMemory();
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var outcome = sandbox.RunProgram(
            ["/bin/sh", "-c", "unshare -Urm sh -c 'mkdir /tmp/group && mount -t cgroup2 none /tmp/group && ls /tmp/group && for f in /tmp/group/memory.max /tmp/group/../memory.max; do echo max > $f; done; find /tmp/group -name step'; cat /proc/self/cgroup"],
            limited: limited);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcome.Output, Does.EndWith("0::/\n").And.Not.Contain("/step"), outcome.Error);
            Assert.That(File.ReadAllText(Path.Combine(limited.Group!.Path, "memory.max")).Trim(), Is.EqualTo((512L << 20).ToString(CultureInfo.InvariantCulture)));
        }
    }

    [Test]
    public void The_use_of_a_step_in_a_group_is_counted_by_it()
    {
        using var limited = WithMemory();
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.RunProgram(["/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"], limited: limited).ShouldSucceed().Usage!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((usage.CpuSource, usage.Cpu > TimeSpan.Zero), Is.EqualTo(((UsageSource?)UsageSource.ControlGroup, true)));
            Assert.That(usage.PeakMemory, Is.InRange(100_000, 512L << 20));
        }
    }

    [Test]
    public void Processors_are_shared_out()
    {
        LimitedStep? limited = null;
        try
        {
            limited = LimitedStep.Prepare(new(Cpu: 0.2m), SandboxIdentity.OfCaller);
        }
        catch (Diagnostics.SandboxException e)
        {
            Assert.Ignore(e.Message);
        }

        using var group = limited!;
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.RunProgram(["/bin/sh", "-c", "for i in 1 2 3; do timeout 3 sh -c 'while :; do :; done' & done; wait"], limited: limited).ShouldSucceed().Usage!;
        Assert.That(usage.Cpu, Is.LessThan(usage.Elapsed * 0.4));
    }

    private static LimitedStep WithMemory()
    {
        var limited = LimitedStep.Prepare(new(Memory: 512L << 20), SandboxIdentity.OfCaller);
        if (limited.Group is null)
        {
            Assert.Ignore("no control group with the controller memory can be made here");
        }

        return limited;
    }

    /// <summary>A group with any controller there is.</summary>
    private static ControlGroup Make()
    {
        var places = ControlGroupPlaces.OfThisProcess();
        ImmutableArray<string> any = places.IsEmpty ? [] : [.. File.ReadAllText(Path.Combine(places[0], "cgroup.controllers")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Take(1)];
        var group = any.IsEmpty ? null : ControlGroup.TryMake(places, any, out _);
        if (group is null)
        {
            Assert.Ignore("no control group can be made here");
        }

        return group!;
    }
}
