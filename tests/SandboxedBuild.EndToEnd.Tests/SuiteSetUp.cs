using System.Runtime.CompilerServices;
using SandboxedBuild.TestKit;

[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

// Each test is a build, and a build uses more than one processor by itself.
[assembly: LevelOfParallelism(2)]

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>Before the first test, the binlog reader gets the SDK's MSBuild and the package folder gets our SDK; after the last one, the folder goes.</summary>
[SetUpFixture]
internal sealed class SuiteSetUp
{
    [ModuleInitializer]
    internal static void UseTheSdksMSBuild() => MSBuildHost.Register();

    // NuGet's locks are files in TMPDIR, and each build has one of its own: two builds that unpack the SDK at once would be in each other's way.
    [OneTimeSetUp]
    public void UnpackTheSdk()
    {
        using var run = new ProjectRun { ["Any.proj"] = Projects.Bare("") };
        run.Dotnet("msbuild", "-getProperty:SandboxEnabled").Succeeded();
    }

    [OneTimeTearDown]
    public void DeletePackageFolder() => PackageFolder.Delete();
}
