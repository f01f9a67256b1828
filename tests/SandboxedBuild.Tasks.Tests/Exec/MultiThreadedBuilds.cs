using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary><c>dotnet build -mt</c>, in which projects that are built at once share a process.</summary>
internal sealed class MultiThreadedBuilds
{
    [Test]
    public void Each_project_has_its_own_directory()
    {
        using var tree = new TemporaryTree();
        foreach (var name in new[] { "a", "b", "c" })
        {
            tree[$"{name}/sub/input"] = name;
            tree[$"{name}/{name}.proj"] =
                $"""
                <Project>
                  {RealBuild.UsingTasks}
                  <Target Name="Build">
                    {Settings.ApprovingTask(tree)}
                    <SandboxedExec Command="pwd &gt; where; cat input &gt; output" WorkingDirectory="sub" />
                  </Target>
                </Project>
                """;
        }

        var build = RealBuild.Run(
            tree,
            """
            <Target Name="Build">
              <MSBuild Projects="a/a.proj;b/b.proj;c/c.proj" BuildInParallel="true" />
            </Target>
            """,
            new Dictionary<string, string?>(StringComparer.Ordinal),
            "-mt",
            "-m:3");
        Assert.That(build.ExitCode, Is.Zero, build.OutputText);
        foreach (var name in new[] { "a", "b", "c" })
        {
            Assert.That(tree.Read($"{name}/sub/where"), Is.EqualTo(tree.PathOf($"{name}/sub") + "\n"));
            Assert.That(tree.Read($"{name}/sub/output"), Is.EqualTo(name));
        }
    }
}
