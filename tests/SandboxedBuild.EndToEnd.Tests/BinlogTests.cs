using System.Text.Json.Nodes;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>What a binlog tells of a step.</summary>
internal sealed class BinlogTests
{
    private static ProjectRun Step(string command) => new()
    {
        ["App.proj"] = Projects.Steps(command),
        ["old.txt"] = "old\n",
        ["sandbox.json"] = Policy.Allow("Build"),
    };

    [Test]
    public void A_step_and_its_change_set()
    {
        using var run = Step("echo new > new.txt; echo changed > old.txt");

        run.Dotnet("build", "-bl").Succeeded();
        var binlog = Binlog.Read(run.PathOf("msbuild.binlog"));

        Assert.That(binlog.Extended("SandboxedBuild.Step"), Has.Count.EqualTo(1));
        Assert.That(binlog.Extended("SandboxedBuild.ChangeSet"), Has.Count.EqualTo(1));
        var step = binlog.Extended("SandboxedBuild.Step")[0];
        var changes = binlog.Extended("SandboxedBuild.ChangeSet")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Message, Is.Not.Empty);
            Assert.That(step.ExtendedMetadata, Is.Not.Empty);
            Assert.That(Binlog.Data(step).ToJsonString(), Does.Contain("new.txt"));
            Assert.That(changes.Message, Is.Not.Empty);
            Assert.That(changes.ExtendedMetadata, Is.Not.Empty);
            Assert.That(Binlog.Data(changes).ToJsonString(), Does.Contain("Added").And.Contain("new.txt").And.Contain("Modified").And.Contain("old.txt"));
        }
    }

    [Test]
    public void The_data_of_each_event_has_a_version()
    {
        using var run = Step("echo new > new.txt");

        run.Dotnet("build", "-bl").Succeeded();
        var binlog = Binlog.Read(run.PathOf("msbuild.binlog"));

        Assert.That(
            binlog.Extended("SandboxedBuild.Step").Concat(binlog.Extended("SandboxedBuild.ChangeSet")).Select(message => Binlog.Data(message)["version"]?.GetValueKind()),
            Is.EqualTo(new[] { System.Text.Json.JsonValueKind.Number, System.Text.Json.JsonValueKind.Number }));
    }

    [Test]
    public void What_a_step_used()
    {
        using var run = Step("head -c 100000 /dev/zero > zeros; sleep 1");

        run.Dotnet("build", "-bl").Succeeded();
        var usage = Binlog.Data(Binlog.Read(run.PathOf("msbuild.binlog")).Extended("SandboxedBuild.Step")[0])["usage"]!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)usage["overlayFiles"]!, Is.EqualTo(1));
            Assert.That((long)usage["overlayBytes"]!, Is.InRange(100_000, 200_000));
            Assert.That((long)usage["milliseconds"]!, Is.GreaterThan(999));
            Assert.That((double)usage["cpuMilliseconds"]!, Is.Not.Negative);
            Assert.That((long)usage["peakMemoryBytes"]!, Is.Positive);
            Assert.That((string?)usage["cpuSource"], Is.EqualTo("Samples"));
            Assert.That((string?)usage["memorySource"], Is.EqualTo("Samples"));
        }
    }

    [Test]
    public void A_step_that_failed_tells_its_exit_code_and_outcome()
    {
        using var run = Step("echo new > new.txt; exit 9");

        run.Dotnet("build", "-bl").FailedWith("MSB3073");
        var binlog = Binlog.Read(run.PathOf("msbuild.binlog"));

        Assert.That(binlog.Extended("SandboxedBuild.Step"), Has.Count.EqualTo(1));
        Assert.That(Binlog.Data(binlog.Extended("SandboxedBuild.Step")[0]).ToJsonString(), Does.Contain("9").And.Contain("RolledBack"));
    }

    // A task host would have dropped the events.
    [TestCase("-mt")]
    [TestCase("-m:2")]
    public void The_events_of_steps_arrive_from_every_node(string option)
    {
        using var run = ParallelProjects.Create();

        run.Dotnet("build", "All.proj", option, "-bl").Succeeded();

        var steps = Binlog.Read(run.PathOf("msbuild.binlog")).Extended("SandboxedBuild.Step");
        Assert.That(steps, Has.Count.EqualTo(ParallelProjects.Names.Count));
    }
}
