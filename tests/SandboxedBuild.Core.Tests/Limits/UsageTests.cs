using SandboxedBuild.Limits;

namespace SandboxedBuild.Core.Tests;

/// <summary>What a step is told to have used.</summary>
internal sealed class UsageTests
{
    /// <summary>Keeps a processor busy for a while: by its own clock, so that it is the same on a slow machine.</summary>
    private const string Busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";

    /// <summary>Has 128 MB for long enough to be seen.</summary>
    private const string Hog = """awk 'BEGIN { x = "0123456789abcdef"; for (i = 0; i < 23; i++) x = x x; system("sleep 1"); print length(x) }' """;

    [Test]
    public void The_time_on_processors_is_that_of_the_whole_tree()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.Run($"({Busy}) & ({Busy}) & wait; sh -c '{Busy}; sleep 1'").ShouldSucceed().Usage!;
        using (Assert.EnterMultipleScope())
        {
            // One of the three alone takes longer than this on any machine; and there are no more than three at work.
            Assert.That(usage.Cpu, Is.InRange(TimeSpan.FromMilliseconds(60), 3 * usage.Elapsed));
            Assert.That(usage.CpuSource, Is.EqualTo(UsageSource.Samples));
        }
    }

    [Test]
    public void The_peak_of_memory_is_that_of_the_command_and_not_of_this_process()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.Run(Hog).ShouldSucceed().Usage!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(usage.PeakMemory, Is.InRange(128_000_000, 500_000_000));
            Assert.That(usage.MemorySource, Is.EqualTo(UsageSource.Samples));
        }
    }

    [Test]
    public void Memory_of_several_processes_adds_up()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.Run($"{Hog} & {Hog} & wait").ShouldSucceed().Usage!;
        Assert.That(usage.PeakMemory, Is.InRange(256_000_000, 1_000_000_000));
    }

    [Test]
    public void What_is_written_is_counted_as_it_lies_on_the_disk()
    {
        using var tree = new TemporaryTree { ["old"] = new string('x', 100_000) };
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.Run("echo more >> old; mkdir -p a/b; head -c 300000 /dev/zero > a/b/new; ln a/b/new a/link; truncate -s 1T sparse; rm -f gone").ShouldSucceed().Usage!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(usage.Overlay.Files, Is.EqualTo(3));
            Assert.That(usage.Overlay.Bytes, Is.InRange(400_000, 600_000));
        }
    }

    [Test]
    public void A_directory_that_the_step_has_shut_is_counted_too()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.Run("mkdir shut && head -c 300000 /dev/zero > shut/file && chmod 0 shut").ShouldSucceed().Usage!;
        Assert.That((usage.Overlay.Files, usage.Overlay.Bytes > 300_000), Is.EqualTo((1, true)));
    }

    [Test]
    public void What_lies_very_deep_is_counted_too()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.Run("n=$(printf %0200d 0); i=0; while [ $i -lt 100 ]; do mkdir $n && cd -P $n || exit; i=$((i+1)); done; echo deep > file").ShouldSucceed().Usage!;
        Assert.That(usage.Overlay.Files, Is.EqualTo(1));
    }

    [Test]
    public void A_step_that_does_nothing_takes_time_and_no_room()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        var usage = sandbox.Run("true").ShouldSucceed().Usage!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(usage.Elapsed, Is.GreaterThan(TimeSpan.Zero));
            Assert.That(usage.Overlay.Files, Is.Zero);
            Assert.That(usage.Describe(), Does.StartWith("CPU ").And.EndWith(", 0 files of 0 bytes in the overlay"));
        }
    }
}
