using System.Text.Json.Nodes;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>What real builds write to the audit log.</summary>
internal sealed class AuditLogTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Infrastructure.Repository.Root, "docs/schemas/log.schema.json")))!;

    [TestCase("-m:2")]
    [TestCase("-mt")]
    public void Steps_on_every_node_are_lines_that_obey_the_schema(string option)
    {
        using var run = ParallelProjects.Create();
        run["Two/sandbox.json"] = Policy.Allow();

        run.Dotnet("build", "All.proj", option).FailedWith("SBX2001");

        var lines = Lines(run);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines.Select(static line => JsonSchema.Problem(line, Schema)), Has.All.Null);
            Assert.That(lines.Select(static line => $"{Path.GetFileName((string)line["project"]!)} {line["outcome"]} {line["gate"]!["decision"]}"), Is.EquivalentTo(new[] { "One Committed Rule", "Two Denied Denied", "Three Committed Rule" }));
        }
    }

    [Test]
    public void A_build_with_every_command_caught_is_written_down_whole()
    {
        using var run = new ProjectRun
        {
            ["App.csproj"] = Projects.Library(Projects.Property("SandboxOverrideExec", "true") + "<PropertyGroup><PreBuildEvent>echo before &gt; before.txt</PreBuildEvent></PropertyGroup>" + Projects.Target("After\" AfterTargets=\"Build", "touch after.txt")),
            ["sandbox.json"] = Policy.Allow("PreBuildEvent", "After"),
        };

        run.Dotnet("build", "-p:SandboxConfirm=Approve").Succeeded();

        var lines = Lines(run);
        Assert.That(lines.Select(static line => JsonSchema.Problem(line, Schema)), Has.All.Null);
        Assert.That(lines.Select(static line => $"{line["target"]} {line["command"]} {line["outcome"]}"), Is.EqualTo(new[] { "PreBuildEvent echo before > before.txt Committed", "After touch after.txt Committed" }));
    }

    [TestCase("-p:SandboxAuditLog=false", null)]
    [TestCase("-nologo", "SandboxAuditLog")]
    public void It_can_be_switched_off(string option, string? variable)
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("touch new"), ["sandbox.json"] = Policy.Allow("Build") };
        if (variable is not null)
        {
            run.Environment[variable] = "false";
        }

        run.Dotnet("build", option).Succeeded();
        Assert.That(Lines(run), Is.Empty);
        Assert.That(run.Has("new"));
    }

    private static List<JsonNode> Lines(ProjectRun run) =>
        [.. Directory.EnumerateDirectories(run.StateDirectory, "log-*").SelectMany(static place => File.ReadLines(Path.Combine(place, "steps.jsonl"))).Select(static line => JsonNode.Parse(line)!)];
}
