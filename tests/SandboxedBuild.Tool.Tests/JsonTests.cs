using System.Text.Json.Nodes;

namespace SandboxedBuild.Tool.Tests;

/// <summary>The documents that docs/tool.md describes.</summary>
[Category("AnyUser")]
internal sealed class JsonTests
{
    [Test]
    public void The_document_of_a_run_is_alone_on_standard_output()
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--commit", "--format", "json", "--", "sh", "-c", "echo out; echo err >&2; echo x > new; mv old.txt n.txt; chmod 700 a.txt").ShouldSucceed();
        Assert.That(answer.Error, Does.StartWith("out\nerr\n"));
        Assert.That(JsonNode.DeepEquals(answer.Json, JsonNode.Parse($$"""
            {
              "version": 1,
              "outcome": "committed",
              "overlay": "{{desk.Overlays().Single()}}",
              "roots": [ "{{desk.Tree.Root}}" ],
              "changes": [
                { "kind": "renamed", "type": "file", "root": "{{desk.Tree.Root}}", "path": "n.txt", "oldPath": "old.txt", "size": 4, "mode": "644" },
                { "kind": "added", "type": "file", "root": "{{desk.Tree.Root}}", "path": "new", "size": 2, "mode": "644" }
              ],
              "diagnostics": [],
              "command": [ "sh", "-c", "echo out; echo err >&2; echo x > new; mv old.txt n.txt; chmod 700 a.txt" ],
              "exitCode": 0
            }
            """)), answer.Output);
    }

    [Test]
    public void With_output_the_document_is_in_a_file_and_the_command_keeps_its_standard_output()
    {
        using var desk = new Desk();
        var answer = desk.Run("run", "--hold", "--format", "json", "--output", "../report.json", "--", "sh", "-c", "echo out; echo x > new; exit 4").ShouldExitWith(4);
        Assert.That(answer.Output, Is.EqualTo("out\n"));
        var document = JsonNode.Parse(File.ReadAllText(desk.Tree.Beside("report.json")))!;
        Assert.That(((string)document["outcome"]!, (int)document["exitCode"]!, (string)document["overlay"]!), Is.EqualTo(("held", 4, desk.Overlays().Single())));
    }

    [Test]
    public void Show_has_every_change_and_permissions_before_and_after()
    {
        using var desk = new Desk();
        var id = desk.Hold("chmod 700 a.txt; rm old.txt; mkdir old.txt");
        var document = desk.Run("show", id, "--format", "json").ShouldSucceed().Json;
        Assert.That(((int)document["version"]!, (string)document["overlay"]!["id"]!, (string)document["overlay"]!["state"]!), Is.EqualTo((1, id, "held")));
        Assert.That(document["changes"]!.AsArray().Select(static change => $"{change!["kind"]} {change["type"]} {change["path"]} {change["oldMode"]} {change["mode"]} {change["oldType"]}"), Is.EqualTo(new[]
        {
            "metadata directory .  755 ",
            "metadata file a.txt 644 700 ",
            "modified directory old.txt 644 755 file",
        }));
    }

    [Test]
    public void Commit_and_rollback_tell_their_outcome()
    {
        using var desk = new Desk();
        var (one, other) = (desk.Hold("echo 1 > one"), desk.Hold("echo 2 > other"));
        Assert.That((string)desk.Run("commit", one, "--dry-run", "--format", "json").ShouldSucceed().Json["outcome"]!, Is.EqualTo("checked"));
        Assert.That((string)desk.Run("commit", one, "--format", "json").ShouldSucceed().Json["outcome"]!, Is.EqualTo("committed"));
        Assert.That((string)desk.Run("rollback", other, "--format", "json").ShouldSucceed().Json["outcome"]!, Is.EqualTo("rolledBack"));
    }

    [Test]
    public void A_failure_is_a_document_too()
    {
        using var desk = new Desk();
        var answer = desk.Run("show", "nothing", "--format", "json").ShouldExitWith(2);
        Assert.That(((int)answer.Json["version"]!, (string)answer.Json["error"]!["code"]!, (string)answer.Json["error"]!["severity"]!), Is.EqualTo((1, "SBX2004", "error")));
        Assert.That(answer.Error, Does.StartWith("error SBX2004: "));
    }
}
