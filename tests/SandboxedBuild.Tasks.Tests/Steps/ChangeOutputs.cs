using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

internal sealed class ChangeOutputs
{
    [Test]
    public void Changes_are_items_sorted_by_path()
    {
        using var project = new Project(new()
        {
            ["keep"] = "kept\n",
            ["change"] = "before\n",
            ["delete"] = "deleted\n",
            ["old/name"] = "a file that is long enough to be told from others\n",
        });
        var step = project.Step("echo after >> change; rm delete; mkdir -p new/dir; echo x > new/dir/file; chmod 755 new/dir/file; mv old/name moved");
        using (Assert.EnterMultipleScope())
        {
            step.ShouldSucceed();
            Assert.That(step.Task.Outcome, Is.EqualTo("Committed"));
            Assert.That(step.Task.Changes.Describe(), Is.EqualTo(
                """
                Modified File 0644 13 change
                Deleted File 0644 8 delete
                Renamed File 0644 50 moved from old/name
                Added Directory 0755 new
                Added Directory 0755 new/dir
                Added File 0755 2 new/dir/file

                """));
            Assert.That(step.Task.AddedFiles.Describe(), Is.EqualTo("Added File 0755 2 new/dir/file\n"));
            Assert.That(step.Task.ModifiedFiles.Describe(), Is.EqualTo("Modified File 0644 13 change\n"));
            Assert.That(step.Task.DeletedFiles.Describe(), Is.EqualTo("Deleted File 0644 8 delete\n"));
            Assert.That(step.Task.RenamedFiles.Describe(), Is.EqualTo("Renamed File 0644 50 moved from old/name\n"));
        }
    }

    [Test]
    public void An_item_is_a_real_path_in_its_root()
    {
        using var project = new Project();
        var item = project.Step("mkdir a; echo x > 'a/b;c%3b$(d) ü'").ShouldSucceed().Task.AddedFiles.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(item.ItemSpec, Is.EqualTo(project.Tree.PathOf("a/b;c%3b$(d) ü")));
            Assert.That(item.GetMetadata("Root"), Is.EqualTo(project.Tree.Root));
            Assert.That(item.GetMetadata("RelativePath"), Is.EqualTo("a/b;c%3b$(d) ü"));
            Assert.That(File.ReadAllText(item.GetMetadata("FullPath")), Is.EqualTo("x\n"));
        }
    }

    [Test]
    public void A_backslash_in_a_name_stays_one()
    {
        using var project = new Project();
        var item = project.Step(@"echo x > 'a\b'").ShouldSucceed().Task.AddedFiles.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(item.ItemSpec, Is.EqualTo(project.Tree.PathOf(@"a\b")));
            Assert.That(item.GetMetadata("RelativePath"), Is.EqualTo(@"a\b"));
        }
    }

    [Test]
    public void Every_type_of_entry_is_told()
    {
        using var project = new Project(new() { ["old-link"] = TreeEntry.SymbolicLink("a") });
        var step = project.Step("mkfifo pipe; ln -s nowhere link; mkdir dir; : > file; ln -sfn b old-link");
        var told = step.ShouldSucceed().Task.Changes.Select(item => $"{item.GetMetadata("ChangeKind")} {item.GetMetadata("EntryType")} {item.GetMetadata("RelativePath")}");
        Assert.That(told, Is.EqualTo(
            ["Added Directory dir", "Added File file", "Added SymbolicLink link", "Modified SymbolicLink old-link", "Added Fifo pipe"]));
    }

    [Test]
    public void Modes_and_times_alone_are_applied_but_are_not_items()
    {
        using var project = new Project(new() { ["file"] = "x", ["dir/inner"] = "x" });
        var step = project.Step("chmod 600 file; touch -d 2001-02-03T04:05:06Z file; chmod 700 dir");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Task.Changes, Is.Empty);
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nd 700 dir\nf 644 dir/inner \"x\"\nf 600 file \"x\"\n"));
            Assert.That(File.GetLastWriteTimeUtc(project.Tree.PathOf("file")), Is.EqualTo(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc)));
        }
    }

    [Test]
    public void Writing_the_same_again_is_no_change()
    {
        using var project = new Project(new() { ["file"] = "same\n" });
        var step = project.Step("echo same > file; cp file other; rm other");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Task.Changes, Is.Empty);
            Assert.That(step.Task.Outcome, Is.EqualTo("Unchanged"));
        }
    }

    [Test]
    public void A_step_that_only_looks_is_unchanged()
    {
        using var project = new Project(new() { ["file"] = "x" });
        var step = project.Step("cat file > /dev/null");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Task.Outcome, Is.EqualTo("Unchanged"));
            Assert.That(step.Task.Changes, Is.Empty);
        }
    }

    [Test]
    public void A_directory_that_was_made_anew_lacks_what_was_in_it()
    {
        using var project = new Project(new() { ["dir/a"] = "a", ["dir/b"] = "b" });
        var step = project.Step("rm -r dir; mkdir dir; printf b > dir/b; printf new > dir/c");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Task.Changes.Describe(), Is.EqualTo("Deleted File 0644 1 dir/a\nAdded File 0644 3 dir/c\n"));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nd 755 dir\nf 644 dir/b \"b\"\nf 644 dir/c \"new\"\n"));
        }
    }

    [Test]
    public void A_file_that_became_a_directory_is_deleted_and_added()
    {
        using var project = new Project(new() { ["entry"] = "x" });
        var step = project.Step("rm entry; mkdir entry; printf y > entry/file");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Task.AddedFiles.Describe(), Is.EqualTo("Added File 0644 1 entry/file\n"));
            Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nd 755 entry\nf 644 entry/file \"y\"\n"));
        }
    }
}
