[assembly: Parallelizable(ParallelScope.All)]
// Most tests wait for a process and not for a processor.
[assembly: LevelOfParallelism(4)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

// Every process that a test starts is killed after a while (see Sandbox, Scenario and Command), and so no test lasts for ever.

namespace SandboxedBuild.Core.Tests;

/// <summary>All temporary files of a run are in one directory, so that what is left behind can be told from other runs' files.</summary>
[SetUpFixture]
internal sealed class SuiteSetUp
{
    private string _directory = string.Empty;
    private Leftovers? _leftovers;

    /// <summary>What tests share, and nobody changes: compiled programs, trees to copy.</summary>
    public static string Shared => Path.Combine(Path.GetTempPath(), "shared");

    [OneTimeSetUp]
    public void GatherTemporaryFiles()
    {
        _directory = Directory.CreateTempSubdirectory("sandboxed-build-core-").FullName;
        Environment.SetEnvironmentVariable("TMPDIR", _directory);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Path.Combine(_directory, "cache"));
        Directory.CreateDirectory(Shared);
        OtherMount.Prepare();
        _leftovers = Leftovers.Snapshot(_directory, OtherMount.Parent);
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
            Command.Run("chmod", ["-R", "u+rwx", "--", _directory]);
            Command.Run("rm", ["-rf", "--one-file-system", "--", _directory, OtherMount.Parent]);
        }
    }
}
