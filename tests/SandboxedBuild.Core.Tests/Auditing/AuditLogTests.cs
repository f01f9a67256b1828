using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
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

    /// <summary>It would stay in the older file until that goes.</summary>
    [Test]
    public void The_beginning_of_a_line_goes_before_a_rotation()
    {
        using var tree = new TemporaryTree { ["steps.jsonl"] = "one\n" + new string('t', 2000) };
        Append(tree.Root, "two", largest: 1000);
        Append(tree.Root, new string('3', 1000), largest: 1000);
        Assert.That((tree.Read("steps.1.jsonl"), tree.Read("steps.jsonl").Length), Is.EqualTo(("one\ntwo\n", 1001)));
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
        var warning = InTime(() => Write(tree, tree.Beside("state")));
        Assert.That(warning, Has.Property("Code").EqualTo("SBX1070").And.Property("IsWarning").True.And.Property("Message").Contains(words).And.Property("Message").Contains("-p:SandboxAuditLog=false"));
        Assert.That(Shell.Run(tree.Surroundings, "ls victim; cat victim/file"), Is.EqualTo("file\nsafe\n"));
    }

    [Test]
    public void Nobody_waits_for_what_was_put_in_the_place_of_its_lock()
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Surroundings, "mkdir state; mkdir -m 700 state/log-$(id -u); mkfifo state/log-$(id -u)/lock");
        Assert.That(InTime(() => Write(tree, tree.Beside("state"))), Is.Null);
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

    /// <summary>Whoever opened one would wait for ever.</summary>
    [TestCase("steps.jsonl")]
    [TestCase("steps.1.jsonl")]
    public void What_is_no_file_is_not_read(string name)
    {
        using var tree = new TemporaryTree();
        Directory.CreateDirectory(tree.Beside("state"));
        Write(tree, tree.Beside("state"));
        Shell.Run(tree.Surroundings, $"cd state/log-*; rm -f {name}; mkfifo {name}");
        Assert.That(() => InTime(() => Audit.Read(tree.Root, tree.Beside("state"), Callers.With(), static _ => { }).ToList()), Throws.InstanceOf<IOException>().With.Message.Contains($"{name} is no file"));
    }

    /// <summary>What waits for ever must not keep the suite.</summary>
    private static T InTime<T>(Func<T> act)
    {
        var task = Task.Run(act);
        Assert.That(((IAsyncResult)task).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(20)), "it waits");
        return task.GetAwaiter().GetResult();
    }

    [Test]
    public void It_is_read_where_nothing_can_be_written() =>
        Scenario.Run(ReadWhereNothingIsWritten, $"mount -t tmpfs tmpfs /dev/shm; mkdir -m 700 -p /dev/shm/state/log-{Caller.Uid}; echo '{{}}' > /dev/shm/state/log-{Caller.Uid}/steps.jsonl; mount -o remount,bind,ro /dev/shm");

    private static void ReadWhereNothingIsWritten(string[] arguments)
    {
        var bad = 0;
        Assert.That(Audit.Read(null, "/dev/shm/state", Callers.With(), _ => bad++), Is.Empty);
        Assert.That(bad, Is.EqualTo(1));
    }

    [Test]
    public void Halves_of_characters_do_no_harm()
    {
        using var tree = new TemporaryTree();
        var line = (Entry(tree) with { Command = "echo \ud800 \udc00", Project = "/\udfff" }).ToLine();
        Assert.That(AuditEntry.TryRead(line)!.Command, Is.EqualTo("echo \ufffd \ufffd"));
    }

    /// <summary>Each part of a line that somebody has edited is missing, null, or of another kind; what is read of it is whole.</summary>
    [Test]
    public void What_is_read_of_a_damaged_line_is_whole()
    {
        var schema = PublishedSchema.Named("log");
        var line = JsonNode.Parse(FullLine)!;
        var damaged = 0;
        foreach (var path in Paths(line))
        {
            foreach (var value in (string?[])["null", "7", "\"x\"", "[]", "[null]", "{}", null])
            {
                var copy = line.DeepClone();
                Put(copy, path, value);
                if (AuditEntry.TryRead(Encoding.UTF8.GetBytes(copy.ToJsonString())) is { } entry)
                {
                    var problem = JsonSchema.Problem(JsonNode.Parse(entry.ToLine())!, schema);
                    Assert.That(problem, Is.Null.Or.Match("is not among|too small|: not "), copy.ToJsonString());
                }
                else
                {
                    damaged++;
                }
            }
        }

        Assert.That(AuditEntry.TryRead(Encoding.UTF8.GetBytes(line.ToJsonString())), Is.Not.Null);
        Assert.That(damaged, Is.GreaterThan(100));
    }

    private const string FullLine = """
        {"version":1,"time":"2026-01-31T00:00:00+00:00","user":{"uid":0,"name":"me"},"origin":"Build","project":"/p","file":"/p/f","target":"T","command":"c",
        "gate":{"decision":"Rule","rule":"T","file":"/p/sandbox.json","line":1},
        "plan":{"isolation":"Bubblewrap","strategy":"Overlay","network":"None","roots":["/p"],"paths":["x"],"environment":["y"],"protected":["z"]},
        "overlay":"o","outcome":"Committed","exitCode":0,"changes":{"added":1,"modified":0,"deleted":0,"renamed":0,"first":[{"kind":"Added","path":"/p/a"}]},
        "violations":{"count":1,"first":[{"kind":"Read","subject":"/s"}]},
        "usage":{"milliseconds":1,"cpuMilliseconds":1,"cpuSource":"Samples","peakMemoryBytes":1,"memorySource":"Samples","overlayBytes":1,"overlayFiles":1},
        "limits":{"memoryBytes":1,"cpu":1,"processes":1,"diskBytes":1,"milliseconds":1,"fileBytes":1,"openFiles":1,"exceeded":"Time"},"milliseconds":1}
        """;

    private static IEnumerable<object[]> Paths(JsonNode? node, params object[] above) => node switch
    {
        JsonObject parts => parts.SelectMany(part => Paths(part.Value, [.. above, part.Key]).Prepend([.. above, part.Key])),
        JsonArray parts => parts.SelectMany((part, index) => Paths(part, [.. above, index]).Prepend([.. above, index])),
        _ => [],
    };

    private static void Put(JsonNode node, object[] path, string? value)
    {
        foreach (var step in path[..^1])
        {
            node = (step is int index ? node[index] : node[(string)step])!;
        }

        if (node is JsonArray array)
        {
            array[(int)path[^1]] = value is null ? null : JsonNode.Parse(value);
        }
        else if (value is null)
        {
            node.AsObject().Remove((string)path[^1]);
        }
        else
        {
            node[(string)path[^1]] = JsonNode.Parse(value);
        }
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
