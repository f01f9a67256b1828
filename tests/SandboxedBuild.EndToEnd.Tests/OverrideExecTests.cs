namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>SandboxOverrideExec: each Exec of a build is a sandboxed one, whoever wrote it.</summary>
internal sealed class OverrideExecTests
{
    private static readonly string[] Kinds = ["project", "imported", "pre", "post"];

    [TestCase("-m:1")]
    [TestCase("-m:2")]
    [TestCase("-mt")]
    public void Every_Exec_is_sandboxed(string option)
    {
        using var run = App("true");

        run.Dotnet("build", option, "-p:SandboxConfirm=Approve", "-bl").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Kinds.Where(kind => run.Has($"{kind}.txt")), Is.EqualTo(Kinds), "each ran");
            Assert.That(Kinds.Where(kind => File.Exists(Path.Combine(run.Home, kind))), Is.Empty, "and could not write outside");
            Assert.That(Binlog.Read(run.PathOf("msbuild.binlog")).Extended("SandboxedBuild.Step"), Has.Count.EqualTo(Kinds.Length));
        }
    }

    [Test]
    public void By_default_an_Exec_is_MSBuilds_own()
    {
        using var run = App("false");

        run.Dotnet("build", "-bl").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Kinds.Where(kind => File.Exists(Path.Combine(run.Home, kind))), Is.EqualTo(Kinds));
            Assert.That(Binlog.Read(run.PathOf("msbuild.binlog")).Extended("SandboxedBuild.Step"), Is.Empty);
        }
    }

    [Test]
    public void No_Exec_runs_without_a_rule()
    {
        using var run = App("true");

        run.Dotnet("build").FailedWith("SBX2001");

        Assert.That(Kinds.Where(kind => run.Has($"{kind}.txt")), Is.Empty);
    }

    /// <summary>A library whose steps each leave a file in the project and try to leave one in the home directory.</summary>
    private static ProjectRun App(string overriding)
    {
        var run = new ProjectRun();
        string Write(string kind) => System.Security.SecurityElement.Escape($"echo {kind} > {run.PathOf(kind + ".txt")}; touch {run.Home}/{kind} || true");
        run["App.csproj"] = Projects.Library($"""
            <PropertyGroup>
              <SandboxOverrideExec>{overriding}</SandboxOverrideExec>
              <PreBuildEvent>{Write("pre")}</PreBuildEvent>
              <PostBuildEvent>{Write("post")}</PostBuildEvent>
            </PropertyGroup>
            <Import Project="imported.targets" />
            <Target Name="OfTheProject" BeforeTargets="CoreCompile"><Exec Command="{Write("project")}" /></Target>
            """);
        run["imported.targets"] = $"<Project><Target Name=\"Imported\" BeforeTargets=\"CoreCompile\"><Exec Command=\"{Write("imported")}\" /></Target></Project>";
        return run;
    }
}
