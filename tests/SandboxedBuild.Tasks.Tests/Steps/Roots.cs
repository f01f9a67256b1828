using Microsoft.Build.Utilities;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

internal sealed class Roots
{
    [Test]
    public void Only_what_is_in_a_root_can_be_changed()
    {
        using var project = new Project(new() { ["in/file"] = "x", ["out/file"] = "x" });
        var step = project.Step("echo y > file; (echo y > ../out/file) 2>/dev/null || echo refused; ls ../out 2>/dev/null || true", In("in"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Log, Does.Contain("High: refused"));
            Assert.That(project.Tree.Describe(), Does.Contain("f 644 in/file \"y\\n\"").And.Contain("f 644 out/file \"x\""));
        }
    }

    [Test]
    public void There_may_be_several()
    {
        using var project = new Project(new() { ["a/file"] = "a", ["b/file"] = "b" });
        var step = project.Step("mv file ../b/moved; echo new > new", In("a", "b"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Task.Outcome, Is.EqualTo("Committed"));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nd 755 a\nf 644 a/new \"new\\n\"\nd 755 b\nf 644 b/file \"b\"\nf 644 b/moved \"a\"\n"));
        }
    }

    [Test]
    public void None_of_several_is_changed_when_the_step_fails()
    {
        using var project = new Project(new() { ["a/file"] = "a", ["b/file"] = "b" });
        var before = project.Tree.Describe();
        project.Step("rm file ../b/file; exit 1", In("a", "b")).ShouldFailWith("MSB3073");
        Assert.That(project.Tree.Describe(), Is.EqualTo(before));
    }

    [TestCase("missing")]
    [TestCase("file")]
    [TestCase("file/below")]
    public void What_is_not_a_directory_is_none(string root)
    {
        using var project = new Project(new() { ["file"] = "x" });
        var step = project.Step("echo > ran", exec => exec.Roots = [new TaskItem(root)]).ShouldFailWith("SBX2003");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Diagnostics, Does.Contain(root));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"x\"\n"));
        }
    }

    [TestCase("name with spaces")]
    [TestCase("a:b,c\\d=e")]
    [TestCase("quote's \"double\" $dollar `tick` *?[x]{}~;&|<>()#!")]
    [TestCase("größe-🦊")]
    [TestCase("-dash")]
    [TestCase("new\nline")]
    public void One_may_have_any_name(string name)
    {
        using var project = new Project(new() { [name] = TreeEntry.Directory() });
        var step = project.Step("pwd > where; mkdir sub; echo x > sub/file", exec =>
        {
            exec.Roots = [new TaskItem(name.Replace("\\", "%5c", StringComparison.Ordinal))];
            exec.WorkingDirectory = name;
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Task.AddedFiles.Select(item => item.GetMetadata("RelativePath")), Is.EqualTo(["sub/file", "where"]));
            Assert.That(project.Tree.Read(Path.Combine(name, "where")), Is.EqualTo(project.Tree.PathOf(name) + "\n"));
        }
    }

    [Test]
    public void One_may_be_named_by_a_symbolic_link()
    {
        using var project = new Project(new() { ["real/file"] = "x", ["../link"] = TreeEntry.SymbolicLink("tree/real") });
        var step = project.Step("echo y > file; pwd -P", exec =>
        {
            exec.Roots = [new TaskItem(project.Tree.Beside("link"))];
            exec.WorkingDirectory = project.Tree.Beside("link");
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Task.ModifiedFiles.Select(item => item.ItemSpec), Is.EqualTo([project.Tree.PathOf("real/file")]));
            Assert.That(project.Tree.Read("real/file"), Is.EqualTo("y\n"));
        }
    }

    [Test]
    public void A_symbolic_link_that_a_step_could_have_left_is_none()
    {
        using var other = new TemporaryTree { ["file"] = "x" };
        using var project = new Project(new() { ["link"] = TreeEntry.SymbolicLink(other.Root) });
        project.Step("echo y > link/file", exec => exec.Roots = [new TaskItem("link"), new TaskItem(".")]).ShouldFailWith("SBX2003");
        Assert.That(other.Read("file"), Is.EqualTo("x"));
    }

    [Test]
    public void One_in_another_is_part_of_it()
    {
        using var project = new Project(new() { ["sub/file"] = "x" });
        var step = project.Step("echo y > sub/file", exec => exec.Roots = [new TaskItem("."), new TaskItem("sub")]);

        // Overlayfs refuses lowers that contain each other; whether they are merged or refused, it must be said and nothing be lost.
        Assert.That(step.Succeeded ? project.Tree.Read("sub/file") : step.Codes, Is.EqualTo(step.Succeeded ? "y\n" : "SBX2003"), step.Log);
    }

    [Test]
    public void The_same_twice_is_one()
    {
        using var project = new Project(new() { ["file"] = "x" });
        var step = project.Step("echo y > file", exec => exec.Roots = [new TaskItem("."), new TaskItem(project.Tree.Root + "/")]);
        Assert.That(step.ShouldSucceed().Task.Changes.Describe(), Is.EqualTo("Modified File 0644 2 file\n"));
    }

    [Test]
    public void A_working_directory_outside_of_what_is_seen_is_an_error()
    {
        using var project = new Project(new() { ["in/file"] = "x", ["out/file"] = "x" });
        project.Step("echo > ran", exec =>
        {
            exec.Roots = [new TaskItem("in")];
            exec.WorkingDirectory = "out";
        }).ShouldFailWith("SBX2008");
    }

    /// <summary>In the first of these roots, whose directory is the working directory.</summary>
    private static Action<SandboxedExec> In(params string[] roots) => exec =>
    {
        exec.Roots = [.. roots.Select(root => new TaskItem(root))];
        exec.WorkingDirectory = roots[0];
    };
}
