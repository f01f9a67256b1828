using System.Globalization;
using System.Text;
using SandboxedBuild.Auditing;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Core.Tests;

/// <summary>The files of the audit log: whole lines, whoever writes at once, whatever happens to them.</summary>
internal sealed class AuditLogTests
{
    private const int Writers = 4;
    private const int LinesOfEach = 200;

    [Test]
    public void Many_processes_append_at_once_and_no_line_is_lost_or_torn_through_rotations()
    {
        using var tree = new TemporaryTree();
        var writers = Enumerable.Range(0, Writers).Select(writer => Scenario.Start(WriteLines, tree.Root, writer.ToString(CultureInfo.InvariantCulture))).ToList();
        writers.ForEach(static writer => writer.StandardInput.Close());
        writers.ForEach(static writer =>
        {
            Assert.That(writer.WaitForExit(TimeSpan.FromSeconds(45)), Is.True);
            Assert.That(writer.ExitCode, Is.Zero);
            writer.Dispose();
        });
        var lines = Lines(tree.Root);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Directory.EnumerateFiles(tree.Root, "steps*").Count(), Is.GreaterThan(2), "it rotated");
            Assert.That(lines, Has.Length.EqualTo(Writers * LinesOfEach));
            Assert.That(lines, Is.EquivalentTo(from writer in Enumerable.Range(0, Writers) from number in Enumerable.Range(0, LinesOfEach) select Line(writer, number)));
        }
    }

    private static void WriteLines(string[] arguments)
    {
        Scenario.Say("ready");
        Console.In.ReadToEnd();
        var writer = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        for (var number = 0; number < LinesOfEach; number++)
        {
            using var directory = Opening.Directory(arguments[0]);
            new AuditLog(directory, largest: 64 * 1024).Append(Encoding.UTF8.GetBytes(Line(writer, number) + "\n"));
        }
    }

    [Test]
    public void A_writer_that_is_killed_leaves_whole_lines()
    {
        using var tree = new TemporaryTree();
        for (var round = 0; round < 4; round++)
        {
            using var writer = Scenario.Start(WriteForEver, tree.Root);
            Thread.Sleep(30 * round);
            writer.Kill();
            writer.WaitForExit();
            Append(tree.Root, "after");
        }

        Assert.That(Lines(tree.Root), Has.All.Matches<string>(static line => line is "after" || line.All(static character => character == 'x')).And.Some.EqualTo("after"));
        Assert.That(Lines(tree.Root).Count(static line => line.Length == LongLine), Is.GreaterThan(1));
        Assert.That(Lines(tree.Root).Select(static line => line.Length).Distinct(), Is.EquivalentTo(new[] { LongLine, "after".Length }));
    }

    private const int LongLine = 300_000;

    private static void WriteForEver(string[] arguments)
    {
        using var directory = Opening.Directory(arguments[0]);
        var line = Encoding.ASCII.GetBytes(new string('x', LongLine) + "\n");
        new AuditLog(directory).Append(line);
        Scenario.Say("ready");
        while (true)
        {
            new AuditLog(directory, largest: 1 << 20).Append(line);
        }
    }

    [Test]
    public void The_beginning_of_a_line_goes_with_the_next_one()
    {
        using var tree = new TemporaryTree { ["steps.jsonl"] = "one\n" + new string('t', 200_000) };
        Append(tree.Root, "two");
        Assert.That(tree.Read("steps.jsonl"), Is.EqualTo("one\ntwo\n"));

        File.WriteAllText(tree.PathOf("steps.jsonl"), "torn");
        Append(tree.Root, "two");
        Assert.That(tree.Read("steps.jsonl"), Is.EqualTo("two\n"));
    }

    [Test]
    public void The_oldest_lines_go()
    {
        using var tree = new TemporaryTree();
        for (var number = 0; number < 100; number++)
        {
            Append(tree.Root, Line(0, number), largest: 1000);
        }

        var lines = Lines(tree.Root);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Directory.EnumerateFiles(tree.Root).Select(Path.GetFileName), Is.EquivalentTo(new[] { "lock", "steps.jsonl", "steps.1.jsonl", "steps.2.jsonl", "steps.3.jsonl", "steps.4.jsonl" }));
            Assert.That(lines, Is.EqualTo(Enumerable.Range(100 - lines.Length, lines.Length).Select(static number => Line(0, number))));
            Assert.That(lines, Has.Length.InRange(12, 30));
        }
    }

    [Test]
    public void A_rotation_that_was_cut_off_is_carried_on()
    {
        using var tree = new TemporaryTree { ["steps.jsonl"] = "5\n", ["steps.1.jsonl"] = "4\n", ["steps.3.jsonl"] = "2\n" };
        Append(tree.Root, "6", largest: 1);
        Assert.That(Lines(tree.Root), Is.EqualTo(new[] { "2", "4", "5", "6" }));
    }

    [Test]
    public void A_disk_that_is_full_leaves_whole_lines() =>
        Scenario.Run(FillDisk, "mount -t tmpfs -o size=64k tmpfs /dev/shm");

    private static void FillDisk(string[] arguments)
    {
        var place = Directory.CreateDirectory("/dev/shm/log").FullName;
        var written = 0;
        while (written < 100)
        {
            try
            {
                Append(place, new string('x', 5000));
                written++;
            }
            catch (SystemCallException e) when (e.Error == Errno.NoSpace)
            {
                break;
            }
        }

        Assert.That(written, Is.InRange(5, 20));
        Assert.That(Lines(place), Has.Length.EqualTo(written).And.All.Length.EqualTo(5000));
        Assert.That(File.ReadAllText(Path.Combine(place, "steps.jsonl")), Does.EndWith("\n"));
    }

    [Test]
    public void Nobody_else_may_read_it()
    {
        using var tree = new TemporaryTree();
        Directory.CreateDirectory(tree.Beside("state"));
        Write(tree, tree.Beside("state"));
        Assert.That(Shell.Run(tree.Surroundings, "cd state; stat -c '%a %F' . log-* log-*/*").Split('\n')[1..], Is.EqualTo(new[] { "700 directory", "600 regular empty file", "600 regular file", string.Empty }));
    }

    [TestCase("ln -s \"$PWD/victim\" state/log-$(id -u)", "openat2 log-")]
    [TestCase("mkdir -m 700 state/log-$(id -u); ln -s \"$PWD/victim/file\" state/log-$(id -u)/steps.jsonl", "openat2 steps.jsonl")]
    [TestCase("mkdir -m 700 state/log-$(id -u); ln -s \"$PWD/victim/file\" state/log-$(id -u)/lock", "open /proc/self/fd/")]
    [TestCase("mkdir -m 700 state/log-$(id -u); mkfifo state/log-$(id -u)/steps.jsonl", "openat2 steps.jsonl")]
    [TestCase("mkdir state/log-$(id -u); chmod 770 state/log-$(id -u)", "others may write to it")]
    [TestCase("touch state/log-$(id -u)", "openat2 log-")]
    public void What_was_put_in_its_place_is_not_followed(string planted, string words)
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Surroundings, "mkdir state victim; echo safe > victim/file; " + planted);
        var warning = Write(tree, tree.Beside("state"));
        Assert.That(warning, Has.Property("Code").EqualTo("SBX1070").And.Property("IsWarning").True.And.Property("Message").Contains(words).And.Property("Message").Contains("-p:SandboxAuditLog=false"));
        Assert.That(Shell.Run(tree.Surroundings, "ls victim; cat victim/file"), Is.EqualTo("file\nsafe\n"));
    }

    [Test]
    public void What_a_step_may_change_is_no_place_for_it()
    {
        using var tree = new TemporaryTree();
        Assert.That(Write(tree, tree.PathOf("state"))?.Message, Does.Contain("which steps may change"));
        Assert.That(tree.Describe(), Is.EqualTo("d 755 .\n"));
    }

    [Test]
    public void Without_a_cache_it_is_beside_the_root()
    {
        using var tree = new TemporaryTree();
        Assert.That(Audit.Write(Entry(tree), [tree.Root], configured: null, Callers.With()), Is.Null);
        Assert.That(Audit.Read(tree.Root, configured: null, Callers.With(), static _ => Assert.Fail("all of it can be read")).Single().Target, Is.EqualTo("Target"));
        Assert.That(Shell.Run(tree.Surroundings, "stat -c %a .sandboxed-build-$(id -u)/log-$(id -u)"), Is.EqualTo("700\n"));
    }

    [Test]
    public void What_cannot_be_read_is_counted()
    {
        using var tree = new TemporaryTree();
        Write(tree, tree.Beside("state"));
        var file = Directory.EnumerateFiles(tree.Beside("state"), "steps.jsonl", SearchOption.AllDirectories).Single();
        File.AppendAllText(file, "{ \"version\": 2 }\nnonsense\n");
        var reports = new List<SandboxedBuild.Diagnostics.Diagnostic>();
        Assert.That(Audit.Read(tree.Root, tree.Beside("state"), Callers.With(), reports.Add).Count(), Is.EqualTo(1));
        Assert.That(reports.Single(), Has.Property("Code").EqualTo("SBX1071").And.Property("Message").StartsWith("2 lines"));
    }

    [Test]
    public void A_line_is_bounded_and_plain_ASCII()
    {
        using var tree = new TemporaryTree();
        var line = Encoding.UTF8.GetString((Entry(tree) with { Command = "echo \e]0;title\a \u202e" + new string('ß', 10_000) }).ToLine());
        Assert.That(line, Has.Length.LessThan(30_000).And.Matches("^[ -~]+\n$"));
        Assert.That(AuditEntry.TryRead(Encoding.UTF8.GetBytes(line))!.Command, Has.Length.EqualTo(4001).And.StartsWith("echo \e]0;title\a \u202eß").And.EndsWith("ß…"));
    }

    private static SandboxedBuild.Diagnostics.Diagnostic? Write(TemporaryTree tree, string state) => Audit.Write(Entry(tree), [tree.Root], state, Callers.With());

    private static AuditEntry Entry(TemporaryTree tree) => new(1, DateTimeOffset.UtcNow, AuditUser.OfProcess, "Build", tree.Root, null, "Target", "true", null, null, null, "Unchanged", null, null, 0, null, null, null, null, 1);

    private static string Line(int writer, int number) => $"{writer} {number} {new string((char)('a' + writer), 150 + number)}";

    private static void Append(string place, string line, long largest = 8 << 20)
    {
        using var directory = Opening.Directory(place);
        new AuditLog(directory, largest).Append(Encoding.UTF8.GetBytes(line + "\n"));
    }

    private static string[] Lines(string place)
    {
        using var directory = Opening.Directory(place);
        return [.. new AuditLog(directory).OpenAll().SelectMany(static stream =>
        {
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        })];
    }
}
