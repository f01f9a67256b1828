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
    private string _cache = string.Empty;
    private Leftovers? _leftovers;

    [ModuleInitializer]
    internal static void UseTheSdksMSBuild() => MSBuildHost.Register();

    // The tasks take the environment of the process where a test gives them no other: nothing of the suite belongs into the user's own cache.
    [OneTimeSetUp]
    public void HaveACacheOfItsOwn()
    {
        _cache = Directory.CreateTempSubdirectory("sandboxed-build-tasks-").FullName;
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", _cache);
        _leftovers = Leftovers.Snapshot();
    }

    [OneTimeTearDown]
    public void LeaveNothingBehind()
    {
        try
        {
            _leftovers!.AssertNone();
        }
        finally
        {
            Directory.Delete(_cache, recursive: true);
        }
    }
}
