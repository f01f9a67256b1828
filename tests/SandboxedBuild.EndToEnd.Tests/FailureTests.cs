using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>A step that fails changes nothing, and leaves nothing behind (which every run of dotnet in these tests looks for).</summary>
internal sealed class FailureTests
{
    private const string Everything = "echo new > new.txt; echo changed > old.txt; rm gone.txt; mv a b; mkdir c; exit 3";

    private static ProjectRun With(string project) => new()
    {
        ["App.proj"] = project,
        ["old.txt"] = "old\n",
        ["gone.txt"] = "still here\n",
        ["a/deep/file.txt"] = "deep\n",
        ["sandbox.json"] = Policy.Allow("Build"),
    };

    [Test]
    public void The_tree_is_as_it_was()
    {
        using var run = With(Projects.Steps(Everything));
        var before = run.Describe(TreeDetails.Times);

        var build = run.Dotnet("build").FailedWith("MSB3073");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("exited with code 3"));
            Assert.That(run.Describe(TreeDetails.Times), Is.EqualTo(before));
        }
    }

    [Test]
    public void A_step_that_times_out_too()
    {
        using var run = With(Projects.Bare($"<Target Name=\"Build\">{Projects.Step("echo new > new.txt; sleep 600", "Timeout=\"1000\"")}</Target>"));
        var before = run.Describe(TreeDetails.Times);

        var build = run.Dotnet("build");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.ExitCode, Is.EqualTo(1));
            Assert.That(run.Describe(TreeDetails.Times), Is.EqualTo(before));
        }
    }

    [Test]
    public void The_second_of_two_steps_in_one_overlay_takes_the_first_with_it()
    {
        using var run = With(Projects.Bare($"""
            <Target Name="Build">
              <OverlayCreate><Output TaskParameter="Overlay" PropertyName="Overlay" /></OverlayCreate>
              {Projects.Step("echo new > new.txt", "Overlay=\"$(Overlay)\"")}
              {Projects.Step("cat new.txt && exit 6", "Overlay=\"$(Overlay)\"")}
              <OverlayCommit Overlay="$(Overlay)" />
            </Target>
            """));
        var before = run.Describe(TreeDetails.Times);

        var build = run.Dotnet("build").FailedWith("MSB3073");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("exited with code 6"));
            Assert.That(run.Describe(TreeDetails.Times), Is.EqualTo(before));
        }
    }

    [Test]
    public void Continue_on_error_goes_on_from_the_tree_before()
    {
        using var run = With(Projects.Bare($"""
            <Target Name="Build">
              {Projects.Step(Everything, "ContinueOnError=\"true\"", "<Output TaskParameter=\"Outcome\" PropertyName=\"Outcome\" /><Output TaskParameter=\"ExitCode\" PropertyName=\"Code\" />")}
              <Message Importance="high" Text="outcome $(Outcome), code $(Code)" />
              {Projects.Step("cat old.txt gone.txt")}
            </Target>
            """));

        var build = run.Dotnet("build");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.ExitCode, Is.Zero);
            Assert.That(build.Output, Does.Contain("outcome RolledBack, code 3").And.Match(@"old\s+still here"));
        }
    }
}
