using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

internal sealed class TreeChanges
{
    [TestCase("echo new > new; mkdir -p a/b/c; echo deep > a/b/c/d")]
    [TestCase("echo changed > file; echo more >> dir/inner; chmod 600 file")]
    [TestCase("rm file; rm -r dir")]
    [TestCase("mv file moved; mv dir moved-dir")]
    [TestCase("rm -r dir; mkdir dir; echo other > dir/other")]
    [TestCase("rm file; mkdir file; echo in > file/in")]
    [TestCase("rm -r dir; echo now a file > dir")]
    [TestCase("ln -s file link; ln -sf elsewhere dangling; rm link-to-dir; ln -s . link-to-dir")]
    [TestCase("echo through > link-to-file; echo through > link-to-dir/new")]
    [TestCase("mkfifo pipe; chmod 751 dir; chmod 400 file")]
    [TestCase("mkdir -p locked/in; echo x > locked/in/secret; chmod 000 locked/in/secret locked/in; chmod 500 locked")]
    [TestCase("chmod 000 dir")]
    [TestCase("chmod 200 dir; chmod 000 file")]
    [TestCase("touch -d 2001-02-03T04:05:06.789Z file dir; ln file hard; cp -a hard dir/copy")]
    [TestCase("ln file hard; ln dir/inner dir/other; echo more >> hard")]
    [TestCase("sed -i s/content/edited/ file; cp -a dir copy; touch dir/inner")]
    public void They_are_the_same_when_the_command_is_done(string command) => Both.Run(
        command,
        tree: tree =>
        {
            tree["file"] = "content\n";
            tree["dir/inner"] = "inner\n";
            tree["dir/run.sh"] = TreeEntry.File("#!/bin/sh\n", "755");
            tree["link-to-file"] = TreeEntry.SymbolicLink("file");
            tree["link-to-dir"] = TreeEntry.SymbolicLink("dir");
        }).ShouldBe(
        $"""
        succeeded, exit code 0
        command: {command}
        """);

    [Test]
    public void They_are_gone_when_the_command_fails()
    {
        var both = Both.Run("rm file; echo new > new; exit 1", tree: tree => tree["file"] = "content\n");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(both.Stock.TreeAfter, Is.EqualTo("d 755 .\nf 644 new \"new\\n\"\n"));
            Assert.That(both.Sandboxed.TreeAfter, Is.EqualTo(both.Sandboxed.TreeBefore));
        }
    }
}
