using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>A build that is stopped in the middle of a step leaves no mount, no process and no overlay, and the tree as it was.</summary>
internal sealed class CancellationTests
{
    // It says that it has begun where the test can see it: in its output.
    private const string Begun = "the step has begun";
    private static readonly string Endless = $"echo new > new.txt; rm old.txt; (setsid sleep 600 &) ; echo {Begun}; sleep 600";

    private static ProjectRun Endlessly() => new()
    {
        ["App.proj"] = Projects.Steps(Endless),
        ["old.txt"] = "old\n",
        ["sandbox.json"] = Policy.Allow("Build"),
    };

    [Test]
    public void Interrupt()
    {
        using var run = Endlessly();
        var before = run.Describe(TreeDetails.Times);
        using var build = run.StartDotnet("build");
        build.WaitUntil(() => build.Output.Contains(Begun, StringComparison.Ordinal));

        build.Interrupt();
        var result = build.WaitForEnd();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Not.Zero);
            Assert.That(run.Describe(TreeDetails.Times), Is.EqualTo(before));
        }
    }

    [Test]
    public void Interrupt_of_a_worker_node()
    {
        using var run = Endlessly();
        run["Another.proj"] = Projects.Steps(Endless);
        run["All.proj"] = """
            <Project>
              <Target Name="Build"><MSBuild Projects="App.proj;Another.proj" BuildInParallel="true" /></Target>
            </Project>
            """;
        var before = run.Describe(TreeDetails.Times);
        using var build = run.StartDotnet("build", "All.proj", "-m:2");
        build.WaitUntil(() => build.Output.Split(Begun).Length == 3);

        build.Interrupt();
        build.WaitForEnd();

        Assert.That(run.Describe(TreeDetails.Times), Is.EqualTo(before));
    }

    // The overlay of a build that could not clean up is found by the next one.
    [Test]
    public void Kill()
    {
        using var run = Endlessly();
        var before = run.Describe(TreeDetails.Times);
        using var build = run.StartDotnet("build");
        build.WaitUntil(() => build.Output.Contains(Begun, StringComparison.Ordinal));

        build.Kill();
        build.WaitForEnd();

        Assert.That(run.Describe(TreeDetails.Times), Is.EqualTo(before));
    }
}
