using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json.Nodes;
using static SandboxedBuild.Tool.Tests.Reports.Logged;

namespace SandboxedBuild.Tool.Tests.Reports;

/// <summary>Binlogs that a report cannot be made of, or not of all.</summary>
internal sealed class ReportDiagnosticsTests
{
    [Test]
    public void A_binlog_that_is_not_there()
    {
        using var desk = new Desk();
        Assert.That(desk.Run("report", "no.binlog").ShouldExitWith(2).Error, Does.StartWith($"error SBX6001: {desk.Tree.PathOf("no.binlog")} cannot be read: "));
        Assert.That((string?)desk.Run("report", "no.binlog", "--format", "json").ShouldExitWith(2).Json["error"]!["code"], Is.EqualTo("SBX6001"));
    }

    [Test]
    public void A_directory() => ShouldRefuse("SBX6001", static desk => Directory.CreateDirectory(Binlog(desk)));

    [TestCase("")]
    [TestCase("Build succeeded.\n")]
    public void What_is_no_binlog(string contents) => ShouldRefuse("SBX6002", desk => File.WriteAllText(Binlog(desk), contents));

    [Test]
    public void What_is_compressed_and_no_binlog() => ShouldRefuse("SBX6002", static desk => Compress(desk, new byte[4096]));

    [Test]
    public void A_form_that_is_newer_than_the_tool() => ShouldRefuse("SBX6004", static desk =>
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 9999);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), 9999);
        Compress(desk, bytes);
    });

    [Test]
    public void A_binlog_that_ends_too_early_tells_what_it_has()
    {
        var noise = new byte[200_000];
        new Random(4711).NextBytes(noise);
        using var desk = InventAll(
            [Event("Step", new JsonObject { ["version"] = 2, ["target"] = "Made", ["command"] = "make", ["exitCode"] = 0, ["outcome"] = "Committed" })],
            [Event("Noise", Convert.ToHexString(noise))]);
        using (var file = File.OpenWrite(Binlog(desk)))
        {
            file.SetLength(file.Length / 2);
        }

        var answer = desk.Run("report", "msbuild.binlog", "--format", "json").ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Error, Does.StartWith("warning SBX6003: "));
            Assert.That((string?)answer.Json["build"]!["result"], Is.EqualTo("unknown"));
            Assert.That((string?)answer.Json["steps"]![0]!["target"], Is.EqualTo("Made"));
            Assert.That((string?)answer.Json["diagnostics"]![0]!["code"], Is.EqualTo("SBX6003"));
        }
    }

    [Test]
    public void Events_of_a_newer_version_are_told_as_far_as_they_are_known()
    {
        using var desk = Invent(Event("Step", new JsonObject { ["version"] = 99, ["target"] = "New", ["command"] = "new", ["exitCode"] = 0, ["outcome"] = "Committed", ["unheard"] = new JsonObject { ["of"] = 1 } }));
        var answer = desk.Run("report", "msbuild.binlog", "--format", "json").ShouldSucceed();
        Assert.That(answer.Error, Does.StartWith("warning SBX6005: the build has events SandboxedBuild.Step of version 99, and this tool knows version "));
        Assert.That(((string?)answer.Json["steps"]![0]!["target"], (string?)answer.Json["steps"]![0]!["status"]), Is.EqualTo(("New", "committed")));
    }

    [Test]
    public void Events_that_nobody_can_understand_are_counted()
    {
        using var desk = Invent(
            Event("Step", "no JSON"),
            Event("Step", new JsonArray(1)),
            Event("Gate", new JsonObject { ["decision"] = "Rule" }),
            Event("ChangeSet", new JsonObject { ["version"] = 1, ["changes"] = "none" }),
            Event("Unheard", "of"));
        var answer = desk.Run("report", "msbuild.binlog", "--format", "text").ShouldSucceed();
        Assert.That(answer.Error, Does.StartWith("warning SBX6006: 4 events of sandboxed steps cannot be understood"));
    }

    [Test]
    public void A_build_without_sandboxed_steps()
    {
        using var desk = Invent();
        Assert.That(desk.Run("report", "msbuild.binlog", "--format", "text").ShouldSucceed().Error, Does.StartWith("warning SBX6007: "));
        Assert.That(desk.Run("report", "msbuild.binlog", "-o", "-").ShouldSucceed().Output, Does.Contain("SBX6007"));
    }

    private static void ShouldRefuse(string code, Action<Desk> arrange)
    {
        using var desk = new Desk();
        arrange(desk);
        var answer = desk.Run("report", "msbuild.binlog").ShouldExitWith(2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Error, Does.StartWith($"error {code}: "));
            Assert.That(desk.Tree.Has("msbuild.html"), Is.False);
        }
    }

    private static void Compress(Desk desk, byte[] contents)
    {
        using var stream = new GZipStream(File.Create(Binlog(desk)), CompressionLevel.Fastest);
        stream.Write(contents);
    }
}
