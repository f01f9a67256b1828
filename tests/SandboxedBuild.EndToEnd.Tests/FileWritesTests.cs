namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>What steps have committed under bin and obj belongs to the build: incremental builds keep it, clean removes it.</summary>
internal sealed class FileWritesTests
{
    private const string Intermediate = "obj/Debug/net10.0";
    private const string Output = "bin/Debug/net10.0";

    private static readonly string Early = Projects.Target(
        $"Early\" BeforeTargets=\"CoreCompile\" Inputs=\"input.txt\" Outputs=\"{Intermediate}/early.txt",
        $"cp input.txt {Intermediate}/early.txt && mkdir -p {Output} && cp input.txt {Output}/side.txt");

    private static readonly string Late = Projects.Target(
        $"Late\" AfterTargets=\"Build\" Inputs=\"input.txt\" Outputs=\"{Output}/late.txt",
        $"cp input.txt {Output}/late.txt");

    private static readonly string[] Written = [$"{Intermediate}/early.txt", $"{Output}/side.txt", $"{Output}/late.txt"];

    private static ProjectRun Library(string content) => new()
    {
        ["App.csproj"] = Projects.Library(Projects.Property("SandboxConfirm", "Approve") + content),
        ["input.txt"] = "one\n",
    };

    [Test]
    public void An_incremental_build_keeps_what_skipped_steps_have_written()
    {
        using var run = Library(Early + Late);
        run.Dotnet("build").Succeeded();

        // The first one that compares with the build before, and one that compares with that.
        run.Dotnet("build").Succeeded();
        run.Dotnet("build").Succeeded();

        Assert.That(Written.Where(file => !run.Has(file)), Is.Empty);
    }

    [TestCase("Auto")]
    [TestCase("None")]
    public void Clean_removes_what_steps_have_written_after_the_first_build(string isolation)
    {
        using var run = Library(Early + Late);
        run.Dotnet("build", "-p:SandboxIsolation=" + isolation, "-p:NoWarn=SBX1033").Succeeded();

        run.Dotnet("clean").Succeeded();

        Assert.That(Written.Append($"{Intermediate}/App.csproj.SandboxFileWrites.txt").Where(run.Has), Is.Empty);
    }

    [Test]
    public void Clean_removes_what_steps_have_written_after_an_incremental_build()
    {
        using var run = Library(Early + Late);
        run.Dotnet("build").Succeeded();
        run.Dotnet("build").Succeeded();

        run.Dotnet("clean").Succeeded();

        Assert.That(Written.Append($"{Intermediate}/App.csproj.SandboxFileWrites.txt").Where(run.Has), Is.Empty);
    }

    [Test]
    public void Rebuild_writes_it_again()
    {
        using var run = Library(Early + Late);
        run.Dotnet("build").Succeeded();

        run.Dotnet("build", "--no-incremental").Succeeded();

        Assert.That(Written.Where(file => !run.Has(file)), Is.Empty);
    }

    [Test]
    public void A_file_that_a_later_step_deleted_or_renamed_is_forgotten()
    {
        using var run = Library(Projects.Target(
            "Move\" BeforeTargets=\"CoreCompile",
            $"if [ -f {Intermediate}/one ]; then mv {Intermediate}/one {Intermediate}/two; else echo a file > {Intermediate}/one; fi"));
        run.Dotnet("build").Succeeded();
        run.Dotnet("build").Succeeded();
        Assert.That(run.Has($"{Intermediate}/two"), Is.True);

        // Somebody else's file now, at a name that the build had once.
        run[$"{Intermediate}/one"] = "mine";
        run.Dotnet("clean").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Has($"{Intermediate}/two"), Is.False);
            Assert.That(run.Has($"{Intermediate}/one"), Is.True);
        }
    }

    [Test]
    public void Clean_leaves_alone_what_steps_have_written_among_the_sources()
    {
        using var run = Library(Projects.Target("Write\" BeforeTargets=\"CoreCompile", "echo a page > page.txt"));
        run.Dotnet("build").Succeeded();

        run.Dotnet("clean").Succeeded();

        Assert.That(run.Has("page.txt"), Is.True);
    }

    [Test]
    public void Clean_leaves_alone_what_a_step_has_planted_in_the_record()
    {
        using var run = Library(Early + Projects.Target(
            "Plant\" AfterTargets=\"_SandboxedBuildFileWritesAfterBuild",
            $"printf '%s\\n' $(MSBuildProjectDirectory)/input.txt $(MSBuildProjectDirectory)/{Intermediate}/../../../input.txt >> {Intermediate}/App.csproj.SandboxFileWrites.txt"));
        run.Dotnet("build").Succeeded();

        run.Dotnet("clean");

        Assert.That(run.Has("input.txt"), Is.True);
    }

    [Test]
    public void A_build_that_fails_later_remembers_what_its_steps_have_written()
    {
        using var run = Library(Early);
        run["Broken.cs"] = "class";
        run.Dotnet("build").FailedWith("CS1001", "CS1513", "CS1514");

        run.Dotnet("clean").Succeeded();

        Assert.That(run.Has($"{Intermediate}/early.txt"), Is.False);
    }

    [Test]
    public void Publishing_remembers_what_steps_after_it_have_written()
    {
        using var run = Library(Projects.Target("Sign\" AfterTargets=\"Publish", "echo signed > bin/Release/net10.0/signature.txt"));
        run.Dotnet("publish").Succeeded();
        Assert.That(run.Has("bin/Release/net10.0/signature.txt"), Is.True);

        run.Dotnet("clean", "--configuration", "Release").Succeeded();

        Assert.That(run.Has("bin/Release/net10.0/signature.txt"), Is.False);
    }

    [Test]
    public void Outputs_in_an_artifacts_directory()
    {
        using var run = Library(Projects.Target("Generate\" BeforeTargets=\"CoreCompile", "echo made > $(IntermediateOutputPath)made.txt"));
        run["Directory.Build.props"] = "<Project>" + Projects.Property("UseArtifactsOutput", "true") + "</Project>";
        const string Made = "artifacts/obj/App/debug/made.txt";

        run.Dotnet("build").Succeeded();
        run.Dotnet("build").Succeeded();
        Assert.That(run.Has(Made), Is.True);

        run.Dotnet("clean").Succeeded();
        Assert.That(run.Has(Made), Is.False);
    }

    [Test]
    public void Several_target_frameworks_with_steps_in_the_inner_builds_and_the_outer_one()
    {
        // The second framework stands for any: its reference assemblies are those of the first, so there is nothing to download.
        using var run = Library(
            Projects.Target("Inner\" BeforeTargets=\"CoreCompile", "echo inner > $(IntermediateOutputPath)inner.txt")
            + Projects.Target("Outer\" AfterTargets=\"DispatchToInnerBuilds", "echo outer > bin/Debug/outer.txt")
            + Projects.Property("EnableWindowsTargeting", "true")
            + Projects.Property("DisableTransitiveFrameworkReferenceDownloads", "true"));
        run["App.csproj"] = run.Read("App.csproj").Replace("<TargetFramework>net10.0</TargetFramework>", "<TargetFrameworks>net10.0;net10.0-windows</TargetFrameworks>", StringComparison.Ordinal);
        string[] written = ["obj/Debug/net10.0/inner.txt", "obj/Debug/net10.0-windows/inner.txt", "bin/Debug/outer.txt"];

        run.Dotnet("build").Succeeded();
        run.Dotnet("build").Succeeded();
        Assert.That(written.Where(file => !run.Has(file)), Is.Empty);

        run.Dotnet("clean").Succeeded();
        Assert.That(written.Where(run.Has), Is.Empty);
    }
}
