using System.Text.Json;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>A step that fails: of itself, of the sandbox, or of what the sandbox refused to it; which it was, and what to do, is in the log, the items and the binlog.</summary>
internal sealed class Refusals
{
    [TestCase("touch {beside}/ro/new", "SBX3030", "Write", "{beside}/ro/new", "<SandboxPath Include=\"{beside}/ro/new\" Access=\"ReadWrite\" />")]
    [TestCase("cat '{beside}/un;seen/there'", "SBX3031", "Read", "{beside}/un;seen/there", "<SandboxPath Include=\"{beside}/un%3bseen/there\" Access=\"ReadOnly\" />")]
    [TestCase("curl -sS https://example.org", "SBX3032", "Network", "example.org", "Network=\"Host\"")]
    [TestCase("echo > sandbox.json", "SBX3033", "Protected", "{tree}/sandbox.json", "\"protected\": [ \"{tree}/sandbox.json\" ]")]
    public void What_the_sandbox_refused_is_an_error_after_the_commands_own(string command, string code, string kind, string subject, string remedy)
    {
        using var project = Project();
        var step = project.Step(In(project, command)).ShouldFailWith($"MSB3073 {code}");
        var item = step.Task.Violations.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((item.ItemSpec, item.GetMetadata("Kind")), Is.EqualTo((In(project, subject), kind)));
            Assert.That(step.Events.OfType<Microsoft.Build.Framework.BuildErrorEventArgs>().Last().Message, Does.Contain(In(project, remedy)));
            Assert.That(item.GetMetadata("Remedy"), Does.Contain(In(project, remedy)));
            Assert.That(item.GetMetadata("Evidence"), Is.Not.Empty);
            Assert.That(Failure(step), Is.EqualTo("Refused"));
        }

        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Violation").Single().ExtendedData!);
        Assert.That((data.RootElement.GetProperty("kind").GetString(), data.RootElement.GetProperty("subject").GetString()), Is.EqualTo((kind, In(project, subject))));
    }

    [Test]
    public void The_remedy_for_a_write_works()
    {
        using var project = Project();
        project.Step(In(project, "echo new > {beside}/ro/there"), Writable(project, "{beside}/ro/there")).ShouldSucceed();
        Assert.That(File.ReadAllText(In(project, "{beside}/ro/there")), Is.EqualTo("new\n"));
    }

    [Test]
    public void The_remedy_for_a_read_works()
    {
        using var project = Project();
        project.Step(In(project, "cat '{beside}/un;seen/there'"), step => step.Paths = [Item("{beside}/un%3bseen/there", "ReadOnly")]).ShouldSucceed();

        Microsoft.Build.Utilities.TaskItem Item(string path, string access) => new(In(project, path), new Dictionary<string, string>(StringComparer.Ordinal) { ["Access"] = access });
    }

    [Test]
    public void A_command_that_fails_by_itself_is_not_blamed_on_the_sandbox()
    {
        using var project = Project();
        var step = project.Step("cat missing").ShouldFailWith("MSB3073");
        Assert.That((step.Task.Violations, Failure(step)), Is.EqualTo((Array.Empty<Microsoft.Build.Framework.ITaskItem>(), "Command")));
    }

    [Test]
    public void What_a_command_copes_with_is_not_told()
    {
        using var project = Project();
        var step = project.Step(In(project, "touch {beside}/ro/new || true")).ShouldSucceed();
        Assert.That((step.Task.Violations, Failure(step)), Is.EqualTo((Array.Empty<Microsoft.Build.Framework.ITaskItem>(), (string?)null)));
    }

    [Test]
    public void Of_many_the_first_twenty_are_told_and_all_are_items()
    {
        using var project = Project();
        var step = project.Step(In(project, "for i in $(seq 30); do touch {beside}/ro/$i; done; false"));
        Assert.That(step.Codes, Is.EqualTo("MSB3073 " + string.Concat(Enumerable.Repeat("SBX3030 ", 20)) + "SBX3035"));
        Assert.That(step.Task.Violations, Has.Length.EqualTo(30));
        Assert.That(step.Diagnostics, Does.Contain("refused 10 more accesses"));
    }

    [Test]
    public void What_a_command_prints_cannot_bring_a_terminal_or_the_log_to_obey_it()
    {
        using var project = Project();
        var step = project.Step("printf 'x: \\033[31m/etc/\\033]0;t\\007\\r: Read-only file system\\n' >&2; exit 1").ShouldFailWith("MSB3073 SBX3030");
        var error = step.Events.OfType<Microsoft.Build.Framework.BuildErrorEventArgs>().Last().Message!;
        Assert.That(error.Any(char.IsControl), Is.False, error);
    }

    private static string? Failure(TaskRun<SandboxedExec> step)
    {
        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
        return data.RootElement.GetProperty("failure").GetString();
    }

    private static string In(Project project, string text) =>
        text.Replace("{beside}", project.Tree.Surroundings, StringComparison.Ordinal).Replace("{tree}", project.Tree.Root, StringComparison.Ordinal);

    private static Action<SandboxedExec> Writable(Project project, string path) =>
        step => step.Paths = [new Microsoft.Build.Utilities.TaskItem(In(project, path), new Dictionary<string, string>(StringComparer.Ordinal) { ["Access"] = "ReadWrite" })];

    /// <summary>Beside the tree are a directory that is shown read-only and one that is not shown.</summary>
    private static Project Project()
    {
        var tree = new TestKit.TemporaryTree { ["sandbox.json"] = "{}" };
        foreach (var directory in new[] { "ro", "un;seen" })
        {
            Directory.CreateDirectory(tree.Beside(directory));
            File.WriteAllText(Path.Combine(tree.Beside(directory), "there"), "text\n");
        }

        return new(tree, settings => settings.Paths = [new Microsoft.Build.Utilities.TaskItem(tree.Beside("ro"), new Dictionary<string, string>(StringComparer.Ordinal) { ["Access"] = "ReadOnly" })]);
    }
}
