namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>What steps of real builds read, held against what their targets say.</summary>
internal sealed class ReadsTests
{
    /// <summary>The mistake that makes incremental builds wrong: the template is an input, and nobody has said so.</summary>
    private static ProjectRun Generator(string inputs, string more = "") => new()
    {
        ["App.csproj"] = Projects.Library(
            more
            + $"<Target Name=\"Generate\" Inputs=\"{inputs}\" Outputs=\"$(IntermediateOutputPath)Api.g.cs\" BeforeTargets=\"CoreCompile\">"
            + $"<SandboxedExec Command=\"sh ./generate.sh api.yaml &gt; $(IntermediateOutputPath)Api.g.cs\" Inputs=\"{inputs}\" Outputs=\"$(IntermediateOutputPath)Api.g.cs\">"
            + "<Output TaskParameter=\"Reads\" ItemName=\"WasRead\" /></SandboxedExec>"
            + "<Message Importance=\"High\" Text=\"read: @(WasRead->'%(RelativePath)')\" /></Target>"),
        ["generate.sh"] = "cat templates/head.txt \"$1\"",
        ["templates/head.txt"] = "// generated\n",
        ["api.yaml"] = "// api\n",
        ["sandbox.json"] = Policy.Allow("Generate"),
    };

    [TestCase("-m:1")]
    [TestCase("-mt")]
    public void An_input_that_nobody_has_declared_is_told(string option)
    {
        using var run = Generator("api.yaml;generate.sh");

        var build = run.Dotnet("build", option, "-p:SandboxUndeclaredInputs=Warn");

        Assert.That((build.ExitCode, build.Warnings), Is.EqualTo((0, new[] { "SBX3040" })));
        Assert.That(build.Output, Does.Contain("read: api.yaml;generate.sh;templates/head.txt"));
        Assert.That(build.Output, Does.Match("warning SBX3040: the step of target Generate read 1 file that its Inputs do not name: .*/templates/head[.]txt[.]"));
    }

    [Test]
    public void Declared_it_is_none_and_makes_the_step_run_again()
    {
        using var run = Generator("api.yaml;generate.sh;templates/head.txt", Projects.Property("SandboxUndeclaredInputs", "Error"));

        Assert.That(run.Dotnet("build").Succeeded().Output, Does.Contain("read: ").And.Not.Contain("SBX3040"));
        Assert.That(run.Dotnet("build").Succeeded().Output, Does.Not.Contain("read: "));

        File.WriteAllText(run.PathOf("templates/head.txt"), "// other\n");
        Assert.That(run.Dotnet("build").Succeeded().Output, Does.Contain("read: ").And.Not.Contain("SBX3040"));
    }

    /// <summary>The target is held back by its Inputs, and nobody knows whether they are all.</summary>
    [Test]
    public void A_task_that_repeats_no_inputs_of_its_target_is_told_once()
    {
        using var run = Generator(
            "api.yaml;generate.sh;templates/head.txt",
            Projects.Property("SandboxUndeclaredInputs", "Error")
            + "<Target Name=\"Twice\" Inputs=\"api.yaml;$(MSBuildProjectFile)\" Outputs=\"none\" BeforeTargets=\"Build\"><SandboxedExec Command=\"cat generate.sh\" /><SandboxedExec Command=\"cat api.yaml\" /></Target>"
            + "<Target Name=\"Always\" BeforeTargets=\"Build\"><SandboxedExec Command=\"cat generate.sh\" /></Target>");

        var build = run.Dotnet("build", "-v:normal");

        Assert.That((build.ExitCode, build.Warnings), Is.EqualTo((0, new[] { "SBX3042" })), build.Output);
        Assert.That(build.Output, Does.Match("warning SBX3042: what the step of target Twice reads is held against nothing.* Inputs=\"api.yaml;[$][(]MSBuildProjectFile[)]\""));
        Assert.That(build.Output, Does.Contain("What the step of target Always reads is held against nothing, for its task has no Inputs."));
    }

    [Test]
    public void As_an_error_the_build_fails_and_nothing_is_generated()
    {
        using var run = Generator("api.yaml", Projects.Property("SandboxUndeclaredInputs", "Error"));

        run.Dotnet("build").FailedWith("SBX3040");

        Assert.That(run.Has("obj/Debug/net10.0/Api.g.cs"), Is.False);
    }

    [Test]
    public void The_binlog_has_an_event_of_it()
    {
        using var run = Generator("api.yaml");

        run.Dotnet("build", "-bl", "-p:SandboxTrackReads=true").Succeeded();

        var data = Binlog.Data(Binlog.Read(run.PathOf("msbuild.binlog")).Extended("SandboxedBuild.Reads").Single());
        Assert.That(data["files"]!.AsArray().Select(static file => (string)file!["path"]!), Is.EqualTo(new[] { "api.yaml", "generate.sh", "templates/head.txt" }));
    }
}
