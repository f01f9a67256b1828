using Microsoft.Build.Utilities;

namespace SandboxedBuild.Tasks.Tests;

internal sealed class OverlayTasks
{
    [Test]
    public void Create_tells_the_strategy_it_chose()
    {
        using var project = new Project();
        var create = project.Run(new OverlayCreate()).ShouldSucceed();
        Assert.That(create.Task.ChosenStrategy, Is.EqualTo("Overlay"));
        project.Run(new OverlayRollback { Overlay = create.Task.Overlay }).ShouldSucceed();
    }

    [Test]
    public void Create_takes_roots()
    {
        using var project = new Project(new() { ["a/file"] = "a", ["b/file"] = "b", ["c/file"] = "c" });
        var create = project.Run(new OverlayCreate { Roots = [new TaskItem(project.Tree.PathOf("a")), new TaskItem("b")] }).ShouldSucceed();
        project.Step("rm file; echo new > ../b/new; (echo lost > ../c/lost) 2>/dev/null || true", exec =>
        {
            exec.Overlay = create.Task.Overlay;
            exec.WorkingDirectory = "a";
        }).ShouldSucceed();
        var commit = project.Run(new OverlayCommit { Overlay = create.Task.Overlay }).ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit.Task.Changes.Select(item => $"{item.GetMetadata("ChangeKind")} {item.GetMetadata("Root")} {item.GetMetadata("RelativePath")}"), Is.EqualTo(
                [$"Deleted {project.Tree.PathOf("a")} file", $"Added {project.Tree.PathOf("b")} new"]));
            Assert.That(project.Tree.Has("c/lost"), Is.False);
        }
    }

    [Test]
    public void Commit_without_changes_is_unchanged()
    {
        using var project = new Project();
        var commit = project.Run(new OverlayCommit { Overlay = project.CreateOverlay() }).ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit.Task.Outcome, Is.EqualTo("Unchanged"));
            Assert.That(commit.Task.Changes, Is.Empty);
        }
    }

    [Test]
    public void Commit_can_be_tried_first()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        project.Step("echo x > file", exec => exec.Overlay = overlay).ShouldSucceed();
        var trial = project.Run(new OverlayCommit { Overlay = overlay, DryRun = true }).ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(trial.Task.Changes.Describe(), Is.EqualTo("Added File 0644 2 file\n"));
            Assert.That(trial.Task.Outcome, Is.EqualTo("Held"));
            Assert.That(project.Tree.Has("file"), Is.False);
        }

        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Has("file"), Is.True);
    }

    [Test]
    public void Commit_ends_the_overlay()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        project.Step("echo x > file", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldFailWith("SBX2004");
    }

    [Test]
    public void Rollback_ends_the_overlay()
    {
        using var project = new Project(new() { ["file"] = "x" });
        var overlay = project.CreateOverlay();
        project.Step("rm file", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldFailWith("SBX2004");
        Assert.That(project.Tree.Has("file"), Is.True);
    }

    [Test]
    public void Rollback_deletes_whatever_a_step_left_in_the_overlay()
    {
        using var project = new Project();
        var overlay = project.CreateOverlay();
        project.Step("mkdir -p a/b; : > a/b/c; chmod 000 a/b a; mkfifo p; ln -s / root", exec => exec.Overlay = overlay).ShouldSucceed();
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\n"));
    }

    [TestCase("*.txt", "", "a.txt")]
    [TestCase("**/*.txt", "", "a.txt dir/b.txt")]
    [TestCase("**/*.txt;**/*.log", "dir/**", "a.txt c.log")]
    [TestCase("", "**/*.txt", "c.log")]
    public void Include_and_exclude_say_what_is_committed(string include, string exclude, string committed)
    {
        const string command = "mkdir dir; echo a > a.txt; echo b > dir/b.txt; echo c > c.log";
        using var project = new Project();
        var overlay = project.CreateOverlay();
        project.Step(command, exec => exec.Overlay = overlay).ShouldSucceed();
        var commit = project.Run(new OverlayCommit { Overlay = overlay, Include = Globs(include), Exclude = Globs(exclude) });
        Assert.That(string.Join(' ', commit.ShouldSucceed().Task.AddedFiles.Select(item => item.GetMetadata("RelativePath"))), Is.EqualTo(committed));
        Assert.That(Files(project), Is.EqualTo(committed));

        using var other = new Project();
        var step = other.Step(command, exec => (exec.CommitInclude, exec.CommitExclude) = (Globs(include), Globs(exclude)));
        Assert.That(string.Join(' ', step.ShouldSucceed().Task.AddedFiles.Select(item => item.GetMetadata("RelativePath"))), Is.EqualTo(committed));
        Assert.That(Files(other), Is.EqualTo(committed));
    }

    private static string Files(Project project) => string.Join(
        ' ',
        Directory.EnumerateFiles(project.Tree.Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(project.Tree.Root, file))
            .Order(StringComparer.Ordinal));

    private static string[] Globs(string globs) => globs.Split(';', StringSplitOptions.RemoveEmptyEntries);
}
