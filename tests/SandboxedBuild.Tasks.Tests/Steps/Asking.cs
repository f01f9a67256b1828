using System.Text.Json.Nodes;
using SandboxedBuild.Policies;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Steps that no rule admits, in a build with a person behind it, or one who has said yes before.</summary>
internal sealed class Asking
{
    private const string Command = "sh -c 'echo x > ran'";

    [TestCase(GateAnswer.Once, true)]
    [TestCase(GateAnswer.Always, true)]
    [TestCase(GateAnswer.No, false)]
    public void The_person_decides(GateAnswer answer, bool runs)
    {
        GateQuestion? asked = null;
        using var person = GateListener.Open((question, _) =>
        {
            asked = question;
            return answer;
        });
        using var project = Denying((GateSocket.Variable, person.Path));
        var step = project.Step(Command, exec => (exec.EchoOff, exec.Network) = (false, "Host"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Codes, Is.EqualTo(runs ? "" : "SBX2001"), step.Log);
            Assert.That(project.Tree.Has("ran"), Is.EqualTo(runs));
            Assert.That((asked!.Command, asked.Project, asked.Grants.Single()), Is.EqualTo((Command, project.Tree.Root, "network Host")));
            Assert.That(Decision(step), Is.EqualTo(runs ? "Answer" : "Denied"));
        }
    }

    [Test]
    public void Nobody_is_asked_about_what_a_rule_admits()
    {
        using var person = GateListener.Open(static (_, _) => throw new InvalidOperationException("not to be asked"));
        using var project = Denying((GateSocket.Variable, person.Path));
        project.Tree["sandbox.json"] = """{ "allow": [ { "command": "sh **" } ] }""";
        Assert.That(Decision(project.Step(Command).ShouldSucceed()), Is.EqualTo("Rule"));
    }

    [Test]
    public void About_more_than_its_rule_grants_somebody_is_asked()
    {
        GateQuestion? asked = null;
        using var person = GateListener.Open((question, _) =>
        {
            asked = question;
            return GateAnswer.Once;
        });
        using var project = Denying((GateSocket.Variable, person.Path), ("MORE", "more"), ("LESS", "less"));
        project.Tree["sandbox.json"] = """{ "allow": [ { "command": "sh **", "environment": [ "LESS" ] } ] }""";
        var step = project.Step("sh -c 'echo $MORE $LESS'", exec => exec.PassEnvironment = [new Microsoft.Build.Utilities.TaskItem("MORE"), new Microsoft.Build.Utilities.TaskItem("LESS")]).ShouldSucceed();
        Assert.That((asked!.Grants.Single(), step.Log.Split('\n')[^2]), Is.EqualTo(("variable MORE", "High: more less")));
    }

    [TestCase("Deny")]
    [TestCase("Hold")]
    public void What_a_rule_hides_stays_hidden_from_a_step_that_gets_more(string confirm)
    {
        using var person = GateListener.Open(static (_, _) => GateAnswer.Once);
        using var project = Denying((GateSocket.Variable, person.Path));
        project.Register(project.Engine.ProjectFileOfTaskNode, settings => settings.Confirm = confirm);
        project.Tree["keys/a"] = "secret";
        project.Tree["sandbox.json"] = """{ "allow": [ { "command": "sh **", "paths": [ { "path": "keys", "access": "Hidden" } ] } ] }""";
        Assert.That(project.Step("sh -c 'ls keys | wc -l'", exec => exec.Network = "Host").ShouldSucceed().Log, Does.EndWith("High: 0\n"));
    }

    [Test]
    public void How_it_is_run_is_part_of_the_question()
    {
        GateQuestion? asked = null;
        using var person = GateListener.Open((question, _) =>
        {
            asked = question;
            return GateAnswer.Once;
        });
        using var project = Denying((GateSocket.Variable, person.Path));
        project.Tree["sub/x"] = "x";
        var (root, directory) = (project.Tree.PathOf("sub"), project.Tree.PathOf("sub"));
        project.Step("sh -c :", exec => (exec.EchoOff, exec.WorkingDirectory, exec.Roots, exec.ToolPath, exec.EnvironmentVariables) = (false, "sub", [new Microsoft.Build.Utilities.TaskItem(root)], "/bin", ["A=1"])).ShouldSucceed();
        Assert.That(asked!.Grants, Is.EqualTo(new[] { $"in {directory}", $"root {root}", "shell /bin/sh", "sets A=1" }));
    }

    [Test]
    public void A_variable_is_hidden_with_its_command()
    {
        GateQuestion? asked = null;
        using var person = GateListener.Open((question, _) =>
        {
            asked = question;
            return GateAnswer.Once;
        });
        using var project = Denying((GateSocket.Variable, person.Path));
        project.Step("sh -c :", exec => exec.EnvironmentVariables = ["A=hush"]).ShouldSucceed();
        Assert.That(asked!.Grants.Single(), Does.StartWith("sets (not shown) ").And.Not.Contain("hush"));
    }

    [Test]
    public void A_lost_parent_is_a_no()
    {
        using var project = Denying((GateSocket.Variable, "/nowhere/gate"));
        project.Step(Command).ShouldFailWith("SBX2001");
    }

    [Test]
    public void No_step_sees_the_socket()
    {
        using var person = GateListener.Open(static (_, _) => GateAnswer.Once);
        using var project = Denying((GateSocket.Variable, person.Path));
        var step = project.Step($"sh -c 'env | grep -c GATE; ls {person.Path}'", exec => exec.IgnoreExitCode = true);
        Assert.That(step.Log, Does.Contain("High: 0\n").And.Contain("No such file"));
    }

    [TestCase(null, true)]
    [TestCase("command", false)]
    [TestCase("network", false)]
    [TestCase("target", false)]
    public void A_remembered_answer_holds_until_something_is_different(string? changed, bool runs)
    {
        using var config = new TemporaryTree();
        using var project = Denying(("XDG_CONFIG_HOME", config.Root));
        var approvals = new Approvals(config.PathOf("sandboxed-build/approvals.json"));
        approvals.Remember(new(project.Tree.Root, "Generate", project.Tree.PathOf("the.csproj"), Command, []), DateTimeOffset.UtcNow);
        project.Engine.LineNumberOfTaskNode = changed == "target" ? 3 : 2;
        var step = project.Step(changed == "command" ? Command + "; true" : Command, exec => (exec.EchoOff, exec.Network) = (false, changed == "network" ? "Host" : "None"));
        Assert.That((step.Codes, Decision(step)), Is.EqualTo(runs ? ("", "RememberedAnswer") : ("SBX2001", "Denied")), step.Log);
    }

    [Test]
    public void The_event_has_no_command_that_is_not_to_be_shown()
    {
        using var project = Denying();
        var step = project.Step("sh -c hush", exec => exec.EchoOff = true);
        Assert.That(step.Extended("SandboxedBuild.Gate").Single().ExtendedData, Does.Not.Contain("hush"));
    }

    private static string Decision(TaskRun<SandboxedExec> step) =>
        (string)JsonNode.Parse(step.Extended("SandboxedBuild.Gate").Single().ExtendedData!)!["decision"]!;

    private static Project Denying(params (string Name, string Value)[] variables)
    {
        const string ProjectFile = "<Project>\n<Target Name=\"Generate\"><SandboxedExec Command=\"x\" /></Target>\n<Target Name=\"Other\"><SandboxedExec Command=\"x\" /></Target></Project>";
        var project = new Project(
            new() { ["the.csproj"] = ProjectFile },
            settings => settings.Confirm = "Deny",
            variables.ToDictionary(static pair => pair.Name, static pair => (string?)pair.Value, StringComparer.Ordinal));
        (project.Engine.LineNumberOfTaskNode, project.Engine.ColumnNumberOfTaskNode) = (2, 26);
        return project;
    }
}
