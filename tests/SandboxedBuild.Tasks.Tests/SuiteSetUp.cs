using System.Runtime.CompilerServices;
using SandboxedBuild.TestKit;

[assembly: Parallelizable(ParallelScope.All)]
// Most tests wait for a process and not for a processor.
[assembly: LevelOfParallelism(4)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Before the first test, the SDK's MSBuild is made ready; after the last one, nothing may be left behind.</summary>
[SetUpFixture]
internal sealed class SuiteSetUp
{
    private readonly Leftovers _leftovers = Leftovers.Snapshot();

    [ModuleInitializer]
    internal static void Begin()
    {
        MSBuildHost.Register();

        // The tasks take the environment of the process where a test gives them no other: nothing of the suite belongs into the user's own cache.
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "/nonexistent/cache");
    }

    [OneTimeTearDown]
    public void LeaveNothingBehind() => _leftovers.AssertNone();
}
