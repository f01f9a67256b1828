namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>Projects in directories whose names are hard: for mount options, for shells, for MSBuild.</summary>
internal sealed class PathTests
{
    private static readonly string[] Hard =
    [
        "with a space",
        "ünïcode 日本語 🫧",
        "comma,comma",
        "colon:colon",
        "equals=sign",
        "quote'quote",
        "-leading-dash",
        "all, of: it=here ü'",
    ];

    [TestCaseSource(nameof(Hard))]
    public void A_step_changes_the_project(string directory)
    {
        using var run = new ProjectRun
        {
            [$"{directory}/App.proj"] = Projects.Steps("echo new > new.txt && echo changed > old.txt && mv before after"),
            [$"{directory}/old.txt"] = "old\n",
            [$"{directory}/before"] = "file\n",
            [$"{directory}/sandbox.json"] = Policy.Allow("Build"),
        };

        run.DotnetIn(directory, "build").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Read($"{directory}/new.txt"), Is.EqualTo("new\n"));
            Assert.That(run.Read($"{directory}/old.txt"), Is.EqualTo("changed\n"));
            Assert.That(run.Has($"{directory}/before"), Is.False);
            Assert.That(run.Read($"{directory}/after"), Is.EqualTo("file\n"));
        }
    }

    // MSBuild itself takes a backslash in the path of a project for a slash; below the project it is up to the step.
    [Test]
    public void A_step_changes_entries_that_MSBuild_could_not_name()
    {
        using var run = new ProjectRun
        {
            ["App.proj"] = Projects.Bare("<Target Name=\"Build\"><SandboxedExec Command=\"sh ./step.sh\" /></Target>"),
            ["step.sh"] = """
                cd 'back\slash'
                echo new > 'new\file'
                echo changed > 'semi;colon%20*'
                """,
            ["back\\slash/semi;colon%20*"] = "old\n",
            ["sandbox.json"] = Policy.Allow("Build"),
        };

        run.Dotnet("build").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Read("back\\slash/new\\file"), Is.EqualTo("new\n"));
            Assert.That(run.Read("back\\slash/semi;colon%20*"), Is.EqualTo("changed\n"));
        }
    }

    [Test]
    public void A_library_with_files_to_clean()
    {
        // No colon: MSBuild's own imports do not find their files then.
        const string Directory = "all, of it=here (ü) 日本";
        using var run = new ProjectRun
        {
            [$"{Directory}/App.csproj"] = Projects.Library(Projects.Target("Generate\" BeforeTargets=\"CoreCompile", "echo made > $(IntermediateOutputPath)made.txt")),
            [$"{Directory}/sandbox.json"] = Policy.Allow("Generate"),
        };

        run.DotnetIn(Directory, "build").Succeeded();
        run.DotnetIn(Directory, "build").Succeeded();
        Assert.That(run.Has($"{Directory}/obj/Debug/net10.0/made.txt"), Is.True);

        run.DotnetIn(Directory, "clean").Succeeded();
        Assert.That(run.Has($"{Directory}/obj/Debug/net10.0/made.txt"), Is.False);
    }
}
