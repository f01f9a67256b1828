namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>The ways to add the SDK to a project.</summary>
internal sealed class SdkReferenceTests
{
    private static readonly string Generate = Projects.Target("Generate\" BeforeTargets=\"Build", "echo made > made.txt");

    [Test]
    public void Version_in_the_element()
    {
        using var run = new ProjectRun { ["App.csproj"] = Projects.Library(Generate), ["sandbox.json"] = Policy.Allow("Generate") };

        run.Dotnet("build").Succeeded();

        Assert.That(run.Read("made.txt"), Is.EqualTo("made\n"));
    }

    [Test]
    public void Version_in_global_json()
    {
        using var run = new ProjectRun
        {
            ["App.csproj"] = Projects.Library(Generate).Replace(Projects.SdkElement, "<Sdk Name=\"SandboxedBuild.Sdk\" />", StringComparison.Ordinal),
            ["global.json"] = $$"""{ "msbuild-sdks": { "SandboxedBuild.Sdk": "{{Repository.SdkVersion}}" } }""",
            ["sandbox.json"] = Policy.Allow("Generate"),
        };

        run.Dotnet("build").Succeeded();

        Assert.That(run.Read("made.txt"), Is.EqualTo("made\n"));
    }

    [Test]
    public void Sdk_attribute_after_another_sdk()
    {
        using var run = new ProjectRun
        {
            ["App.csproj"] = Projects.Library(Generate)
                .Replace(Projects.SdkElement, "", StringComparison.Ordinal)
                .Replace("Microsoft.NET.Sdk", $"Microsoft.NET.Sdk;SandboxedBuild.Sdk/{Repository.SdkVersion}", StringComparison.Ordinal),
            ["sandbox.json"] = Policy.Allow("Generate"),
        };

        run.Dotnet("build").Succeeded();

        Assert.That(run.Read("made.txt"), Is.EqualTo("made\n"));
    }

    // An <Sdk> element there imports the targets before the project's own properties are known, so they must not be read that early.
    [Test]
    public void Sdk_element_in_Directory_Build_props()
    {
        using var run = new ProjectRun
        {
            ["Directory.Build.props"] = $"<Project>{Projects.SdkElement}</Project>",
            ["App.csproj"] = Projects.Library(Projects.Property("SandboxConfirm", "Approve") + Projects.Target("Generate\" BeforeTargets=\"CoreCompile", "echo made > $(IntermediateOutputPath)made.txt"))
                .Replace(Projects.SdkElement, "", StringComparison.Ordinal),
        };

        run.Dotnet("build").Succeeded();
        Assert.That(run.Has("obj/Debug/net10.0/made.txt"), Is.True);

        run.Dotnet("clean").Succeeded();
        Assert.That(run.Has("obj/Debug/net10.0/made.txt"), Is.False);
    }

    [Test]
    public void Project_without_the_NET_SDK()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("echo made > made.txt"), ["sandbox.json"] = Policy.Allow("Build") };

        run.Dotnet("build").Succeeded();

        Assert.That(run.Read("made.txt"), Is.EqualTo("made\n"));
    }

    [Test]
    public void Other_systems_than_Linux_are_told_so_unless_they_do_without()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("echo made > made.txt"), ["sandbox.json"] = Policy.Allow("Build") };
        var build = run.Dotnet("build", "-p:_SandboxedBuildOnLinux=false").FailedWith("SBX1005");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("-p:SandboxEnabled=false"));
            Assert.That(run.Has("made.txt"), Is.False);
        }

        run.Dotnet("build", "-p:_SandboxedBuildOnLinux=false", "-p:SandboxEnabled=False").Succeeded();
        Assert.That(run.Has("made.txt"), Is.True);
    }

    [Test]
    public void Older_MSBuild_is_told_what_to_install()
    {
        using var run = new ProjectRun { ["App.proj"] = Projects.Steps("echo made > made.txt"), ["sandbox.json"] = Policy.Allow("Build") };

        // This MSBuild cannot be made older, but the requirement can be made newer.
        var build = run.Dotnet("build", "-p:_SandboxedBuildRequiredMSBuild=99.1").FailedWith("SBX1009");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("needs MSBuild 99.1 or newer").And.Contain("Install the .NET SDK"));
            Assert.That(run.Has("made.txt"), Is.False);
        }
    }
}
