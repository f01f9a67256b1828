namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>Where overlays are kept while a step runs, and that nothing of it stays (which every run of dotnet in these tests looks for).</summary>
internal sealed class StateTests
{
    private static ProjectRun Writing() => new()
    {
        ["App.proj"] = Projects.Steps("echo new > new.txt"),
        ["sandbox.json"] = Policy.Allow("Build"),
    };

    // Then the changes can only be renamed into place from beside the root.
    [Test]
    public void Cache_on_another_filesystem()
    {
        using var run = Writing();
        var cache = Directory.CreateDirectory(Path.Combine("/dev/shm", Path.GetRandomFileName())).FullName;
        run.Environment["XDG_CACHE_HOME"] = cache;

        // A backup would stay beside the root.
        run.Environment["SandboxKeepCommits"] = "0";
        try
        {
            run.Dotnet("build").Succeeded();
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }

        Assert.That(run.Read("new.txt"), Is.EqualTo("new\n"));
    }

    // A build that was killed early enough leaves a directory in which there is nothing yet.
    [TestCase("a state")]
    [TestCase("a state/exists")]
    [TestCase("a state/exists/20200101T000000Z-00000000")]
    public void Directory_of_the_project_s_choice(string existing)
    {
        using var run = Writing();
        Directory.CreateDirectory(Path.Combine(run.Home, existing));

        run.Dotnet("build", "-p:SandboxStateDirectory=" + Path.Combine(run.Home, "a state/exists")).Succeeded();

        Assert.That(run.Read("new.txt"), Is.EqualTo("new\n"));
    }

    [Test]
    public void Directory_on_another_filesystem()
    {
        using var run = Writing();
        var state = Path.Combine("/dev/shm", Path.GetRandomFileName());
        try
        {
            run.Dotnet("build", "-p:SandboxStateDirectory=" + state).Succeeded();
            Assert.That(Directory.EnumerateFileSystemEntries(state).Select(Path.GetFileName).Where(name => name is not ".sandboxed-build.lock" && name?.StartsWith("log-", StringComparison.Ordinal) is false), Is.Empty);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }

        Assert.That(run.Read("new.txt"), Is.EqualTo("new\n"));
    }

    [Test]
    public void Directory_inside_the_root_is_refused()
    {
        using var run = Writing();

        run.Dotnet("build", "-p:SandboxStateDirectory=" + run.PathOf("state")).FailedWith("SBX2006");

        Assert.That(run.Has("new.txt"), Is.False);
    }
}
