using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>The samples, each copied alone into an empty directory and built from the package.</summary>
internal sealed class SampleTests
{
    [Test]
    public void Hello_sandbox_adds_modifies_deletes_renames_and_prints_it()
    {
        using var run = ProjectRun.OfSample("HelloSandbox");

        var build = run.Dotnet("build").Succeeded();

        Assert.That(LinesAfter(build.Output, "The step is over: Committed."), Is.EquivalentTo(new[]
        {
            "Added: desk/page.txt",
            "Deleted: desk/draft.txt",
            "Modified: desk/letter.txt",
            "Renamed: desk/postcard.txt, was holiday.txt",
        }));
        Assert.That(TreeDescription.Of(run.PathOf("desk")), Is.EqualTo("""
            d 755 .
            f 644 letter.txt "Dear reader,\nall is well here.\n"
            f 644 page.txt "A new page.\n"
            f 644 postcard.txt "Greetings from the sea.\n"

            """));
    }

    [Test]
    public void Hello_sandbox_builds_again_to_the_same()
    {
        using var run = ProjectRun.OfSample("HelloSandbox");
        run.Dotnet("build").Succeeded();
        var once = TreeDescription.Of(run.PathOf("desk"));

        run.Dotnet("build").Succeeded();

        Assert.That(TreeDescription.Of(run.PathOf("desk")), Is.EqualTo(once));
    }

    [Test]
    public void The_mishap_of_hello_sandbox_changes_nothing()
    {
        using var run = ProjectRun.OfSample("HelloSandbox");
        run.Dotnet("build").Succeeded();
        var before = run.Describe(TreeDetails.Times);

        var build = run.Dotnet("build", "-t:Mishap").FailedWith("MSB3073");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("The script has deleted the desk"));
            Assert.That(run.Describe(TreeDetails.Times), Is.EqualTo(before));
        }
    }

    [Test]
    public void Native_library_is_built_in_the_sandbox_and_called()
    {
        using var run = ProjectRun.OfSample("NativeLibrary");

        run.Dotnet("build").Succeeded();

        Assert.That(run.Dotnet("run", "--no-build").Output, Does.Contain("'bubblewrap' has 3 times the letter b, says C."));
    }

    [Test]
    public void Native_library_is_built_again_only_when_a_source_has_changed()
    {
        const string Compiling = "tally.c\n";
        using var run = ProjectRun.OfSample("NativeLibrary");
        run.Dotnet("build").Succeeded();

        var unchanged = run.Dotnet("build").Succeeded();
        File.WriteAllText(run.PathOf("native/tally.c"), run.Read("native/tally.c").Replace("count++", "count += 2", StringComparison.Ordinal));
        var changed = run.Dotnet("build").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unchanged.Output, Does.Not.Contain(Compiling));
            Assert.That(changed.Output, Does.Contain(Compiling));
            Assert.That(run.Dotnet("run", "--no-build").Output, Does.Contain("has 6 times"));
        }
    }

    [Test]
    public void A_program_is_built_against_three_sysroots_that_stay_as_they_are()
    {
        using var run = ProjectRun.OfSample("Sysroots");
        run.Dotnet("build", "-t:MakeSysroots").Succeeded();
        var sysroots = TreeDescription.Of(run.PathOf("obj/sysroots"), TreeDetails.Times);

        var build = run.Dotnet("build", "-v:n").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("1 path was written below the mount points of layers."));
            Assert.That(TreeDescription.Of(run.PathOf("obj/sysroots"), TreeDetails.Times), Is.EqualTo(sysroots));
            Assert.That(run.Dotnet("run", "--no-build").Output, Does.Contain("Headers of all, and sysroot.h of text\nsquare m        19.63\nsquare feet    211.35\n"));
        }
    }

    [Test]
    public void Two_steps_share_an_overlay_and_commit_the_source_alone()
    {
        using var run = ProjectRun.OfSample("TwoSteps");

        var build = run.Dotnet("build").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Output, Does.Contain("Committed: obj/Debug/net10.0/Words.g.cs\n"));
            Assert.That(run.Has("selected.tmp"), Is.False);
            Assert.That(run.Dotnet("run", "--no-build").Output, Does.Contain("Words of six letters: bubble, commit, layers"));
        }
    }

    [Test]
    public void Two_steps_are_skipped_when_nothing_has_changed()
    {
        using var run = ProjectRun.OfSample("TwoSteps");
        run.Dotnet("build").Succeeded();

        var second = run.Dotnet("build").Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Output, Does.Not.Contain("Committed:"));
            Assert.That(run.Has("obj/Debug/net10.0/Words.g.cs"), Is.True);
        }
    }

    [TestCase("HelloSandbox")]
    [TestCase("NativeLibrary")]
    [TestCase("Sysroots")]
    [TestCase("TwoSteps")]
    public void A_build_leaves_the_sources_clean_in_git(string sample)
    {
        using var run = ProjectRun.OfSample(sample);
        run[".gitignore"] = File.ReadAllText(Path.Combine(Repository.Root, ".gitignore")) + OwnIgnored(sample);
        Git(run, "init", "--quiet");
        Git(run, "add", "--all");

        run.Dotnet("build").Succeeded();

        Assert.That(Git(run, "status", "--porcelain", "--untracked-files=all").Split('\n').Where(line => !line.StartsWith("A ", StringComparison.Ordinal)), Is.EqualTo(new[] { "" }));
    }

    private static string OwnIgnored(string sample) =>
        Path.Combine(Repository.Sample(sample), ".gitignore") is var file && File.Exists(file) ? File.ReadAllText(file) : "";

    private static string Git(ProjectRun run, params string[] arguments) =>
        Command.Run("git", arguments, workingDirectory: run.Root).OutputText;

    private static IEnumerable<string> LinesAfter(string output, string line) =>
        output.Split('\n').Select(text => text.Trim())
            .SkipWhile(text => !text.StartsWith(line, StringComparison.Ordinal)).Skip(1)
            .TakeWhile(text => text.Contains(": ", StringComparison.Ordinal));
}
