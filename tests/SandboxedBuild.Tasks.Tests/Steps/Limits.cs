using System.Text.Json;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Steps that go beyond a limit: an error of its own, and nothing is committed. Of all that limits a step, the strictest counts.</summary>
internal sealed class Limits
{
    private const string Endless = "echo half > file; sleep 60";
    private const string TooMuch = "head -c 3M /dev/zero > file";
    private const string Hog = """awk 'BEGIN { x = "0123456789abcdef"; for (i = 0; i < 23; i++) x = x x; system("sleep 60"); print length(x) }' """;

    [TestCase(Endless, "SBX3020")]
    [TestCase(Hog, "SBX3021")]
    [TestCase(TooMuch, "SBX3022")]
    public void Of_the_project(string command, string code)
    {
        using var project = new Project(settings: static settings => (settings.TimeLimit, settings.MemoryLimit, settings.DiskLimit) = ("5s", "60M", "1M"));
        var step = project.Step(command, static exec => exec.IgnoreExitCode = true).ShouldFailWith(code);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.Outcome, Is.EqualTo("RolledBack"));
            Assert.That(project.Tree.Has("file"), Is.False);
            Assert.That(step.Diagnostics, Does.Contain("To allow more"));
        }
    }

    [TestCase("FileSizeLimit", "1M", TooMuch, "SBX3024", "\"fileSize\": \"2G\"")]
    [TestCase("OpenFileLimit", "20", "python3 -c 'kept = [open(\"/dev/null\") for _ in range(100)]'", "SBX3025", "\"openFiles\": 4096")]
    public void Of_single_processes(string parameter, string value, string command, string code, string remedy)
    {
        using var ofProject = new Project(settings: settings => typeof(RegisterSandboxSettings).GetProperty(parameter)!.SetValue(settings, value));
        using var ofStep = new Project();
        var steps = new[]
        {
            ofProject.Step(command, static exec => exec.IgnoreExitCode = true),
            ofStep.Step(command, exec => typeof(SandboxedExec).GetProperty(parameter)!.SetValue(exec, value)),
        };
        using (Assert.EnterMultipleScope())
        {
            foreach (var step in steps)
            {
                step.ShouldFailWith(code);
                Assert.That(step.Diagnostics, Does.Contain(remedy));
                Assert.That(step.Task.Outcome, Is.EqualTo("RolledBack"));
            }

            Assert.That(ofProject.Tree.Has("file"), Is.False);
        }
    }

    [Test]
    public void Of_the_step()
    {
        using var project = new Project();
        using (Assert.EnterMultipleScope())
        {
            project.Step(TooMuch, static exec => exec.DiskLimit = "1M").ShouldFailWith("SBX3022");
            project.Step(Hog, static exec => exec.MemoryLimit = "60M").ShouldFailWith("SBX3021");
            project.Step(TooMuch, static exec => (exec.DiskLimit, exec.MemoryLimit) = ("10M", "1G")).ShouldSucceed();
        }
    }

    [TestCase("1M", "10M", "10M")]
    [TestCase("10M", "1M", "10M")]
    [TestCase("10M", "10M", "1M")]
    public void The_strictest_counts(string ofProject, string ofStep, string ofRule)
    {
        var tree = new TestKit.TemporaryTree
        {
            ["the.csproj"] = "<Project>\n  <Target Name=\"Generate\">\n    <SandboxedExec Command=\"x\" />\n  </Target>\n</Project>\n",
            ["sandbox.json"] = $$"""{ "allow": [ { "target": "Generate", "limits": { "disk": "{{ofRule}}" } } ] }""",
        };
        using var project = new Project(tree, settings => (settings.Confirm, settings.DiskLimit) = ("Deny", ofProject));
        project.Engine.LineNumberOfTaskNode = 3;
        var step = project.Step(TooMuch, exec => exec.DiskLimit = ofStep).ShouldFailWith("SBX3022");
        Assert.That(step.Diagnostics, Does.Contain("may write 1024 KB"));
    }

    [Test]
    public void The_event_has_the_limits_and_which_was_too_low()
    {
        using var project = new Project();
        var step = project.Step(TooMuch, static exec => (exec.DiskLimit, exec.MemoryLimit) = ("1M", "1G")).ShouldFailWith("SBX3022");
        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
        var limits = data.RootElement.GetProperty("limits");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(limits.GetProperty("exceeded").GetString(), Is.EqualTo("Disk"));
            Assert.That(limits.GetProperty("diskBytes").GetInt64(), Is.EqualTo(1 << 20));
            Assert.That(limits.GetProperty("memoryBytes").GetInt64(), Is.EqualTo(1 << 30));
            Assert.That(limits.GetProperty("processes").ValueKind, Is.EqualTo(JsonValueKind.Null));
        }
    }

    [Test]
    public void Processes_are_limited_or_the_step_does_not_run()
    {
        using var project = new Project();
        var step = project.Step("echo > ran; i=0; while [ $i -lt 50 ]; do sleep 5 & i=$((i+1)); done; wait", static exec => exec.ProcessLimit = "20");
        Assert.That(step.Codes, Is.AnyOf("SBX3023", "SBX1041"), step.Log);
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void Processors_are_limited_or_the_step_does_not_run()
    {
        using var project = new Project();
        var step = project.Step("echo > ran", static exec => exec.CpuLimit = "0.5");
        Assert.That((step.Codes, project.Tree.Has("ran")), Is.AnyOf(("", true), ("SBX1040", false)), step.Log);
    }

    [TestCase("MemoryLimit", "2 GB")]
    [TestCase("MemoryLimit", "0")]
    [TestCase("CpuLimit", "none")]
    [TestCase("CpuLimit", "-1")]
    [TestCase("ProcessLimit", "1.5")]
    [TestCase("DiskLimit", "a lot")]
    [TestCase("FileSizeLimit", "large")]
    [TestCase("OpenFileLimit", "15")]
    [TestCase("TimeLimit", "10")]
    public void What_is_no_limit_is_an_error(string parameter, string value)
    {
        using var project = new Project(settings: settings => typeof(RegisterSandboxSettings).GetProperty(parameter)!.SetValue(settings, value));
        Assert.That((project.Registration.Codes, project.Registration.Diagnostics.Contains($"Sandbox{parameter}", StringComparison.Ordinal)), Is.EqualTo(("SBX2007", true)), project.Registration.Log);
        if (typeof(SandboxedExec).GetProperty(parameter) is { } property)
        {
            using var other = new Project();
            other.Step("echo > ran", exec => property.SetValue(exec, value)).ShouldFailWith("SBX2007");
            Assert.That(other.Tree.Has("ran"), Is.False);
        }
    }
}
