using SandboxedBuild.Diagnostics;
using SandboxedBuild.Limits;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Steps that go beyond a limit, one by one: by control groups where this process may make them, else by what there is.</summary>
[TestFixture(Isolation.Bubblewrap)]
[TestFixture(Isolation.Namespaces)]
internal sealed class LimitTests(Isolation isolation)
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>Takes 128 MB, and keeps it.</summary>
    private const string Hog = """awk 'BEGIN { x = "0123456789abcdef"; for (i = 0; i < 23; i++) x = x x; system("sleep 60"); print length(x) }' """;

    /// <summary>bash tries again when it cannot fork.</summary>
    private const string ForkBomb = "exec bash -c 'while :; do sleep 60 & done'";

    /// <summary>This one gives up at once, and so only the kernel can tell that it was there.</summary>
    private const string QuickBomb = "bomb() { bomb | bomb & bomb & wait; }; bomb 2>/dev/null; sleep 60";

    private static readonly StepLimits Roomy = new(Memory: 512L * Megabyte, Disk: 64L * Megabyte, Time: TimeSpan.FromSeconds(25));

    [TestCase("sleep 60")]
    [TestCase("trap '' TERM INT HUP; sleep 60; sleep 60")]
    [TestCase("(setsid sh -c 'trap \"\" TERM; sleep 61 & exec sleep 62' >/dev/null 2>&1 &); exec sleep 60")]
    [TestCase("while :; do :; done")]
    public void Time(string command) => ShouldExceed(command, new(Time: TimeSpan.FromSeconds(1)), Limit.Time, "SBX3020", "it may take 1 s, and took ");

    [TestCase(Hog)]
    [TestCase($"({Hog} &) ; sleep 60")]
    [TestCase($"trap '' TERM; {Hog}; sleep 60")]
    public void Memory(string command) => ShouldExceed(command, new(Memory: 60L * Megabyte), Limit.Memory, "SBX3021", "it may have 60 MB of memory, and had ");

    [Test]
    public void Memory_of_several_processes_that_keep_the_limit_one_by_one() =>
        ShouldExceed($"{Hog} & {Hog} & {Hog} & wait", new(Memory: 300L * Megabyte), Limit.Memory, "SBX3021", "it may have 300 MB of memory");

    [TestCase("head -c 40M /dev/zero > one; sleep 60")]
    [TestCase("while :; do head -c 1M /dev/zero >> more; done")]
    [TestCase("i=0; while :; do head -c 100k /dev/zero > file$i; i=$((i+1)); done")]
    [TestCase("mkdir -p shut; head -c 40M /dev/zero > shut/file; chmod 0 shut")]
    [TestCase("dd if=/dev/zero of=dd bs=1M count=100 conv=fsync 2>/dev/null; true")]
    public void Disk(string command) => ShouldExceed(command, new(Disk: 20L * Megabyte), Limit.Disk, "SBX3022", "may write 20 MB, and wrote at least ");

    /// <summary>Some programs say so, some are ended without a word, and some go on and end badly later.</summary>
    [TestCase("head -c 3M /dev/zero > file", "left one of 1024 KB and wanted to write more")]
    [TestCase("dd if=/dev/zero of=file bs=1M count=3 2>/dev/null", "left one of 1024 KB and wanted to write more")]
    [TestCase("truncate -s 100M file", "wanted to write more")]
    [TestCase("head -c 3M /dev/zero > /tmp/file", "wanted to write more")]
    [TestCase("python3 -c 'open(\"file\", \"wb\").write(bytes(3000000))'", "left one of 1024 KB and wanted to write more")]
    [TestCase("trap '' XFSZ; head -c 3M /dev/zero > file 2>/dev/null", "left one of 1024 KB and wanted to write more")]
    public void The_size_of_a_file(string command, string measured) =>
        ShouldExceed(command, new(FileSize: 1L * Megabyte), Limit.FileSize, "SBX3024", $"may write files of 1024 KB, and {measured}");

    [TestCase("head -c 1M /dev/zero > file; head -c 1M /dev/zero > other")]
    [TestCase("cat large > /dev/null")]
    public void Files_that_are_no_larger_than_allowed(string command)
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, "head -c 2M /dev/zero > large");
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(Run(sandbox, command, new(FileSize: 1L * Megabyte)).ShouldSucceed().Excess, Is.Null);
        Assert.That(Run(sandbox, "exit 3", new(FileSize: 3L * Megabyte)).Excess, Is.Null);
    }

    [TestCase("python3 -c 'kept = [open(\"/dev/null\") for _ in range(100)]'", "one wanted more, as it says")]
    [TestCase("node -e 'for (let i = 0; i < 100; i++) require(\"fs\").openSync(\"/dev/null\")'", "and one ")]
    [TestCase("exec perl -e 'my @kept; while (open(my $file, \"<\", \"/dev/null\")) { push @kept, $file } sleep 2; exit 1'", "and one had 40")]
    public void Open_files(string command, string measured) =>
        ShouldExceed(command, new(OpenFiles: 40), Limit.OpenFiles, "SBX3025", measured);

    [Test]
    public void As_many_open_files_as_allowed()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(Run(sandbox, "python3 -c 'kept = [open(\"/dev/null\") for _ in range(30)]'; ulimit -n", new(OpenFiles: 40)).ShouldSucceed(), Has.Property("Excess").Null.And.Property("Output").EqualTo("40\n"));
    }

    [TestCase("ulimit -n 100")]
    [TestCase("ulimit -f unlimited")]
    public void No_step_can_lift_what_limits_its_processes(string command)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(Run(sandbox, $"({command}) 2>/dev/null && echo lifted; true", new(OpenFiles: 40, FileSize: Megabyte)).ShouldSucceed().Output, Is.Empty);
    }

    [Test]
    public void What_earlier_steps_of_an_overlay_wrote_does_not_count()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run("head -c 30M /dev/zero > before").ShouldSucceed();
        Run(sandbox, "head -c 10M /dev/zero > now", new(Disk: 20L * Megabyte)).ShouldSucceed();
        Assert.That(Run(sandbox, "head -c 25M /dev/zero > later", new(Disk: 20L * Megabyte)).Excess?.Limit, Is.EqualTo(Limit.Disk));
    }

    [Test]
    public void A_hole_in_a_file_takes_no_room()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(Run(sandbox, "truncate -s 100M sparse", new(Disk: 1L * Megabyte)).ShouldSucceed().Excess, Is.Null);
    }

    [Test]
    public void Processes()
    {
        RequireProcesses();
        ShouldExceed(ForkBomb, new(Processes: 20), Limit.Processes, "SBX3023", "may have 20 processes and threads at once, and ");
    }

    [Test]
    public void Processes_that_are_gone_before_anybody_looks()
    {
        using (var limited = LimitedStep.Prepare(new(Memory: 1L << 40), SandboxIdentity.OfCaller))
        {
            Assume.That(limited.Group, Is.Not.Null, "only a control group counts them");
        }

        ShouldExceed(QuickBomb, new(Processes: 20), Limit.Processes, "SBX3023", "may have 20 processes and threads at once, and wanted one more ");
    }

    [Test]
    public void As_many_processes_as_allowed()
    {
        RequireProcesses();
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);

        // The shell, and four more.
        var outcome = Run(sandbox, "sleep 1 & sleep 1 & sleep 1 & sleep 1 & wait", new(Processes: 5));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcome.Excess, Is.Null);
            Assert.That(outcome.ShouldSucceed().Error, Is.Empty);
        }
    }

    [Test]
    public void A_step_that_keeps_its_limits_is_left_alone()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var outcome = Run(sandbox, "head -c 1M /dev/zero > file; sleep 0.3; echo done", Roomy).ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcome.Output, Is.EqualTo("done\n"));
            Assert.That(outcome.Excess, Is.Null);
        }
    }

    [TestCase("kill -KILL $$", 137)]
    [TestCase("kill -XFSZ $$", 153)]
    [TestCase("sh -c 'ulimit -f 1; head -c 1M /dev/zero > file'; exit 153", 153)]
    [TestCase("exit 137", 137)]
    public void A_command_that_ends_by_the_same_signal_has_exceeded_nothing(string command, int exitCode)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var outcome = Run(sandbox, command, Roomy);
        Assert.That((outcome.Excess, outcome.Status.ExitCode), Is.EqualTo(((Excess?)null, exitCode)));
    }

    [Test]
    public void Processors_and_processes_that_cannot_be_limited_are_an_error_and_no_step()
    {
        var root = SandboxIdentity.OfCaller with { UserNamespace = false };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refusal.Of(() => LimitedStep.Prepare(new(Cpu: 1), root, [])), Has.Property("Code").EqualTo("SBX1040").And.Property("Message").Contains("/proc/self/cgroup"));
            Assert.That(Refusal.Of(() => LimitedStep.Prepare(new(Processes: 1), root, [])).Code, Is.EqualTo("SBX1041"));
        }
    }

    private static void RequireProcesses()
    {
        try
        {
            LimitedStep.Prepare(new(Processes: 1), SandboxIdentity.OfCaller).Dispose();
        }
        catch (SandboxException e)
        {
            Assert.Ignore(e.Message);
        }
    }

    private void ShouldExceed(string command, StepLimits limits, Limit limit, string code, string message)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var outcome = Run(sandbox, command, limits);
        Assert.That(outcome.Excess, Is.Not.Null, $"exit code {outcome.Status.ExitCode}, {outcome.Output} {outcome.Error} {outcome.Status.Errors}");
        var diagnostic = LimitDiagnostics.Exceeded("the step", outcome.Excess!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcome.Excess!.Limit, Is.EqualTo(limit));
            Assert.That(diagnostic.Code, Is.EqualTo(code));
            Assert.That(diagnostic.Message, Does.Contain(message).And.Contain("To allow more"));
        }
    }

    private static StepOutcome Run(Sandbox sandbox, string command, StepLimits limits)
    {
        using var limited = LimitedStep.Prepare(limits, SandboxIdentity.OfCaller);
        var outcome = sandbox.RunProgram(["/bin/sh", "-c", command], limited: limited);
        limited.Dispose();
        Assert.That(limited.Group is { } group && Directory.Exists(group.Path), Is.False, "the group is left");
        return outcome;
    }
}
