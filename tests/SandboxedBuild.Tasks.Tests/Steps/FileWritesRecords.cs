namespace SandboxedBuild.Tasks.Tests;

/// <summary>What steps committed to the output directories belongs to the build, so that it can be cleaned.</summary>
internal sealed class FileWritesRecords
{
    [Test]
    public void They_have_what_steps_wrote_to_the_output_directories()
    {
        using var project = new Project(new() { ["bin/changed"] = "x", ["bin/deleted"] = "x", ["source"] = "x" });
        project.Step("mkdir obj; echo y > bin/made; echo y > bin/changed; rm bin/deleted; echo y > obj/made; echo y > source; echo y > new").ShouldSucceed();
        Assert.That(Record(project), Is.EqualTo("bin/changed bin/made obj/made"));
    }

    [Test]
    public void They_have_what_was_committed_from_an_overlay()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        project.Step("mkdir bin; echo y > bin/made", exec => exec.Overlay = overlay).ShouldSucceed();
        Assert.That(Record(project), Is.Empty);
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(Record(project), Is.EqualTo("bin/made"));
    }

    [Test]
    public void They_remember_the_builds_before_as_long_as_the_files_are_there()
    {
        using var project = new Project();
        project.Step("mkdir bin; echo 1 > bin/first; echo 1 > bin/gone").ShouldSucceed();
        Assert.That(Record(project), Is.EqualTo("bin/first bin/gone"));
        project.StartBuild();
        File.Delete(project.Tree.PathOf("bin/gone"));
        project.Step("echo 2 > bin/second").ShouldSucceed();
        Assert.That(Record(project), Is.EqualTo("bin/first bin/second"));
    }

    [Test]
    public void They_have_nothing_of_a_step_that_failed()
    {
        using var project = new Project();
        project.Step("mkdir bin; echo y > bin/made; exit 1").ShouldFailWith("MSB3073");
        Assert.That(Record(project), Is.Empty);
    }

    private static string Record(Project project)
    {
        var record = project.Run(new RecordSandboxFileWrites { Record = "obj/record.txt", OutputDirectory = "bin/", IntermediateDirectory = "obj/" }).ShouldSucceed();
        return string.Join(' ', record.Task.FileWrites.Select(item => Path.GetRelativePath(project.Tree.Root, item.ItemSpec)));
    }
}
