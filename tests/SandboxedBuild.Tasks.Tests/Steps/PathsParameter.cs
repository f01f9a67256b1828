using Microsoft.Build.Utilities;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

internal sealed class PathsParameter
{
    [Test]
    public void ReadOnly_shows_a_path_that_cannot_be_written()
    {
        using var project = OneRoot();
        var step = project.Step("cat ../out/file; (echo y > ../out/file) 2>/dev/null || echo refused", InRoot(project, "out", "ReadOnly"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Log, Is.EqualTo("High: secret\nHigh: refused\n"));
            Assert.That(project.Tree.Read("out/file"), Is.EqualTo("secret\n"));
        }
    }

    [Test]
    public void ReadWrite_shows_a_path_that_is_written_at_once()
    {
        using var project = OneRoot();
        var step = project.Step("cat ../out/file; echo y > ../out/file; exit 1", InRoot(project, "out", "ReadWrite"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Log, Does.StartWith("High: secret\n"));
            Assert.That(step.Task.Changes, Is.Null.Or.Empty, "it is not in a root");
            Assert.That(project.Tree.Read("out/file"), Is.EqualTo("y\n"));
        }
    }

    [TestCase("in/dir")]
    [TestCase("in/file")]
    public void Hidden_covers_what_is_in_a_root(string path)
    {
        using var project = OneRoot();
        var step = project.Step("ls -A dir | wc -l; cat file 2>/dev/null || true", InRoot(project, path, "Hidden"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Log, Is.EqualTo(path == "in/dir" ? "High: 0\nHigh: inside\n" : "High: 1\n"));
            Assert.That(step.Task.Changes, Is.Empty);
            Assert.That(project.Tree.Read("in/dir/inner"), Is.EqualTo("inner\n"));
        }
    }

    [Test]
    public void Hidden_covers_what_is_outside()
    {
        using var project = OneRoot();
        var step = project.Step("ls -A /usr/share | wc -l", InRoot(project, "/usr/share", "Hidden"));
        Assert.That(step.ShouldSucceed().Log, Is.EqualTo("High: 0\n"));
    }

    [Test]
    public void Temporary_is_empty_and_forgotten()
    {
        using var project = OneRoot();
        var step = project.Step("ls -A dir | wc -l; echo y > dir/new; cat dir/new", InRoot(project, "in/dir", "Temporary"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Log, Is.EqualTo("High: 0\nHigh: y\n"));
            Assert.That(step.Task.Changes, Is.Empty);
            Assert.That(project.Tree.Has("in/dir/new"), Is.False);
        }
    }

    [TestCase("ReadOnly")]
    [TestCase("ReadWrite")]
    public void A_path_that_is_missing_is_an_error(string access)
    {
        using var project = OneRoot();
        var step = project.Step("echo > ran", InRoot(project, "missing", access)).ShouldFailWith("SBX2009");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Diagnostics, Does.Contain("missing"));
            Assert.That(project.Tree.Has("missing"), Is.False, "no mount point may be made in the live tree");
        }
    }

    [Test]
    public void A_mount_point_is_not_made_through_a_symbolic_link()
    {
        using var other = new TemporaryTree();
        using var project = OneRoot();
        project.Tree["in/link"] = TreeEntry.SymbolicLink(other.Root);
        project.Step("true", InRoot(project, "in/link/made", "Temporary"));
        Assert.That(other.Describe(), Is.EqualTo("d 755 .\n"));
    }

    [Test]
    public void The_live_root_gains_no_mount_points()
    {
        using var project = OneRoot();
        var before = project.Tree.Describe();
        project.Step("true", exec =>
        {
            InRoot(project, "in/dir", "Hidden")(exec);
            exec.Paths = [.. exec.Paths!, Item(project, "in/missing", "Hidden")];
        });
        Assert.That(project.Tree.Describe(), Is.EqualTo(before));
    }

    private static Project OneRoot() => new(new() { ["in/dir/inner"] = "inner\n", ["in/file"] = "inside\n", ["out/file"] = "secret\n" });

    private static Action<SandboxedExec> InRoot(Project project, string path, string access) => exec =>
    {
        exec.Roots = [new TaskItem("in")];
        exec.WorkingDirectory = "in";
        exec.Paths = [Item(project, path, access)];
    };

    private static TaskItem Item(Project project, string path, string access)
    {
        var item = new TaskItem(project.Tree.PathOf(path));
        item.SetMetadata("Access", access);
        return item;
    }
}
