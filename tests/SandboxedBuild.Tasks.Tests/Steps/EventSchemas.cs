using System.Text.Json.Nodes;
using Microsoft.Build.Framework;
using SandboxedBuild.Policies;
using SandboxedBuild.Strategies;
using SandboxedBuild.TestKit;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>
/// Each event of the binlog has a schema for its version in docs/schemas, which names every property that there may be. The events of every test that runs a task are held
/// to it (<see cref="Project.Run"/>); here are the ends that a step can come to.
/// </summary>
internal sealed class EventSchemas
{
    private static readonly string[] Types = ["ChangeSet", "Gate", "Patch", "Reads", "Step", "Violation"];

    [TestCase("echo new > new; sed -i s/o/0/ old; mv gone there", "Committed", "ChangeSet Gate Patch Step")]
    [TestCase("printf 'a\\0b' > binary; ln -s old link; mkfifo pipe; mkdir -p a/b; rm gone", "Committed", "ChangeSet Gate Patch Step")]
    [TestCase("exit 3", "RolledBack", "ChangeSet Gate Step")]
    [TestCase("kill -9 $$", "RolledBack", "ChangeSet Gate Step")]
    [TestCase(":; true", "Unchanged", "ChangeSet Gate Step")]
    [TestCase("touch /usr/made-by-a-step", "RolledBack", "ChangeSet Gate Step Violation")]
    [TestCase("head -c 3M /dev/zero > file", "RolledBack", "ChangeSet Gate Step")]
    public void Of_a_step_that_ends(string command, string outcome, string types)
    {
        using var project = Project();
        var step = project.Step(command);
        Assert.That(step.Task.Outcome, Is.EqualTo(outcome), step.Log);
        Assert.That(TypesOf(step.Events), Is.EqualTo(types));
    }

    [Test]
    public void Of_a_step_that_is_traced_and_has_grants_and_limits()
    {
        using var project = Project(static settings => settings.Trace = "Always");
        var step = project.Step("touch /usr/made-by-a-step 2> /dev/null; false", static exec =>
        {
            (exec.EchoOff, exec.Network, exec.OpenFileLimit) = (false, "Host", "1000");
            exec.PassEnvironment = [new Microsoft.Build.Utilities.TaskItem("LANG")];
            exec.Paths = [new Microsoft.Build.Utilities.TaskItem("/var/tmp", new Dictionary<string, string>(StringComparer.Ordinal) { ["Access"] = "Hidden" })];
        });
        Assert.That(TypesOf(step.Events), Is.EqualTo("ChangeSet Gate Step Violation"));
        Assert.That((string?)Data(step, "Violation")["systemCall"], Is.Not.Empty);
    }

    [Test]
    public void Of_one_that_is_held_and_of_steps_that_share_an_overlay()
    {
        using var project = Project();
        var step = project.Step("echo new > new", static exec => exec.Commit = "Never").ShouldSucceed();
        Assert.That((string?)Data(step, "Step")["outcome"], Is.EqualTo("Held"));
        project.Run(new OverlayRollback { Overlay = step.Task.OverlayId }).ShouldSucceed();

        var overlay = project.CreateOverlay();
        project.Step("echo new > new", exec => exec.Overlay = overlay).ShouldSucceed();
        Assert.That(TypesOf(project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed().Events), Is.EqualTo("ChangeSet Patch"));
    }

    [Test]
    public void Of_one_that_is_denied_and_of_one_by_a_rule()
    {
        using var project = Project(static settings => settings.Confirm = "Deny");
        Assert.That(TypesOf(project.Step("some-tool").ShouldFailWith("SBX2001").Events), Is.EqualTo("Gate"));
        project.Tree["sandbox.json"] = """{ "allow": [ { "command": "sh **" } ] }""";
        Assert.That((string?)Data(project.Step("sh -c true").ShouldSucceed(), "Step")["rule"], Is.EqualTo("sh **"));
    }

    [Test]
    public void There_is_one_for_each_type_by_its_name_and_version()
    {
        var names = PublishedSchema.Names.Where(static name => name.Contains(".v", StringComparison.Ordinal)).ToList();
        Assert.That(names.Select(static name => name.Split(".v")[0]), Is.EqualTo(Types.Select(static type => type.ToLowerInvariant())));
        using (Assert.EnterMultipleScope())
        {
            foreach (var name in names)
            {
                var schema = PublishedSchema.Named(name);
                Assert.That((string?)schema["$id"], Is.EqualTo($"urn:sandboxedbuild:{name}.schema.json"));
                Assert.That($"{schema["properties"]!["version"]!["enum"]![0]}", Is.EqualTo(name.Split(".v")[1]), name);
                foreach (var definition in (schema["definitions"]?.AsObject() ?? []).Select(static pair => pair.Value!).Append(schema))
                {
                    Assert.That((bool)definition["additionalProperties"]!, Is.False, "what it does not name is a mistake");
                    Assert.That(definition["required"]!.AsArray().Select(static key => (string)key!), Is.EqualTo(definition["properties"]!.AsObject().Select(static pair => pair.Key)), name);
                }
            }
        }
    }

    [Test]
    public void They_know_the_words_that_there_are()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Words("gate.v1", "decision"), Is.EqualTo(Enum.GetNames<AdmissionReason>().Prepend("Denied")));
            Assert.That(Words("step.v3", "strategy"), Is.EquivalentTo(Strategy.All.Select(static strategy => strategy.Name)));
            Assert.That(Words("violation.v1", "kind"), Is.EquivalentTo(Enum.GetNames<ViolationKind>()));
        }

        static IEnumerable<string?> Words(string schema, string property) => PublishedSchema.Named(schema)["properties"]![property]!["enum"]!.AsArray().Select(static word => (string?)word);
    }

    /// <summary>Fails if an event is of no type that has a schema, or not as that says.</summary>
    public static void ShouldHold(IEnumerable<BuildEventArgs> events)
    {
        foreach (var logged in events.OfType<ExtendedBuildMessageEventArgs>())
        {
            var data = JsonNode.Parse(logged.ExtendedData!)!;
            var name = $"{logged.ExtendedType["SandboxedBuild.".Length..].ToLowerInvariant()}.v{data["version"]}";
            Assert.That(JsonSchema.Problem(data, PublishedSchema.Named(name)), Is.Null, $"{name}: {logged.ExtendedData}");
        }
    }

    private static JsonNode Data(TaskRun<SandboxedExec> step, string type) => JsonNode.Parse(step.Extended("SandboxedBuild." + type).Single().ExtendedData!)!;

    private static string TypesOf(IEnumerable<BuildEventArgs> events) =>
        string.Join(' ', events.OfType<ExtendedBuildMessageEventArgs>().Select(static logged => logged.ExtendedType["SandboxedBuild.".Length..]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static Project Project(Action<RegisterSandboxSettings>? change = null) => new(new() { ["old"] = "old\n", ["gone"] = "a text that is long enough\n" }, settings =>
    {
        (settings.EmbedPatch, settings.DiskLimit) = ("true", "1M");
        change?.Invoke(settings);
    });
}
