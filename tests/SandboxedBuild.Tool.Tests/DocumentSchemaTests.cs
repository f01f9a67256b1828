namespace SandboxedBuild.Tool.Tests;

/// <summary>
/// Every document of <c>--format json</c> has a form in docs/schemas/tool.schema.json, which names every property that there may be. Those of all other tests are held to it, too
/// (<see cref="Answer.Json"/>), and those of <c>report</c> to a schema of their own.
/// </summary>
[Category("AnyUser")]
internal sealed class DocumentSchemaTests
{
    [Test]
    public void Of_what_runs_and_of_what_becomes_of_it()
    {
        using var desk = new Desk();
        var layer = Directory.CreateDirectory(desk.Tree.Beside("layer")).FullName;
        File.WriteAllText(Path.Combine(layer, "file"), "layer");
        Json("run", "--print", "--layer", $"{layer}=/opt/there", "--temporary", "/var/tmp", "--", "true").Document("plan");
        Json("run", "--layer", $"{layer}=/opt/there", "--", "sh", "-c", "echo x > /opt/there/new").Document("result");
        var id = (string)Json("run", "--hold", "--", "sh", "-c", "mv old.txt new.txt; chmod 700 a.txt; mkdir .vscode; printf '\\0' > .vscode/$(printf '\\377'); rm -r dir; ln -s a.txt dir; mkfifo pipe").Document("result")["overlay"]!;
        Json("run", "--isolation", "none", "--", "sh", "-c", "echo x > plain").Document("result");
        Json("list").Document("list");
        Json("show", id).Document("show");
        Json("diff", id).Document("diff");
        Json("commit", id).Document("error");
        Json("commit", id, "--dry-run", "--allow-protected").Document("result");
        Json("commit", id, "--allow-protected").Document("result");
        Json("show", id).Document("backup");
        Json("undo").Document("undo");
        Json("rollback", desk.Hold("echo x > x")).Document("result");
        Json("recover").Document("cleaning");
        Json("gc").Document("cleaning");
        Json("log").Document("log");

        Answer Json(params string[] arguments) => Ask(desk, arguments);
    }

    [Test]
    public void Of_rules_answers_and_the_host()
    {
        using var desk = new Desk();
        Ask(desk, "allow", "--target", "Docs", "--network", "host").Document("rule");
        Ask(desk, "allow", "--remembered").Document("answers");
        Ask(desk, "doctor").Document("doctor");
        Ask(desk, "show", "nothing").Document("error");
    }

    [Test]
    public void It_has_no_form_that_nobody_uses()
    {
        var schema = PublishedSchema.Named("tool");
        var used = schema.ToJsonString().Split("#/definitions/").Skip(1).Select(static text => text.Split('"')[0]).Distinct(StringComparer.Ordinal);
        Assert.That(used, Is.EquivalentTo(schema["definitions"]!.AsObject().Select(static pair => pair.Key)));
    }

    /// <summary>The option goes before the command that is to run.</summary>
    private static Answer Ask(Desk desk, params string[] arguments) => desk.Run([arguments[0], "--format", "json", .. arguments.Skip(1)]);
}
