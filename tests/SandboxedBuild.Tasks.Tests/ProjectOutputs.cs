using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Outputs as a project sees them, for which MSBuild has to find the properties by their names.</summary>
internal sealed class ProjectOutputs
{
    [Test]
    public void A_project_can_use_all_of_a_step()
    {
        using var tree = new TemporaryTree { ["old"] = "x" };
        var build = RealBuild.Run(
            tree,
            $"""
            <Target Name="Build">
              {Settings.ApprovingTask(tree)}
              <SandboxedExec Command="echo said; echo x &gt; new; rm old; exit 7" IgnoreExitCode="true" ConsoleToMSBuild="true" CommitExclude="*.log;*.tmp">
                <Output TaskParameter="ExitCode" PropertyName="Code" />
                <Output TaskParameter="Outcome" PropertyName="Outcome" />
                <Output TaskParameter="ConsoleOutput" PropertyName="Said" />
                <Output TaskParameter="Changes" ItemName="Changed" />
                <Output TaskParameter="AddedFiles" ItemName="Added" />
              </SandboxedExec>
              <Message Importance="High" Text="Result: $(Code) $(Outcome) $(Said)" />
              <Message Importance="High" Text="Change: %(Changed.ChangeKind) %(Changed.RelativePath) %(Changed.Extension)" />
              <Message Importance="High" Text="Added: @(Added->'%(Filename)')" />
            </Target>
            """,
            new Dictionary<string, string?>(StringComparer.Ordinal));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.ExitCode, Is.Zero, build.OutputText);
            Assert.That(build.OutputText, Does.Contain("Result: 7 Committed said"));
            Assert.That(build.OutputText, Does.Contain("Change: Added new").And.Contain("Change: Deleted old"));
            Assert.That(build.OutputText, Does.Contain("Added: new"));
        }
    }
}
