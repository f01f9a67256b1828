using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Exec writes the command to a file below TMPDIR and has the shell read it there.</summary>
internal sealed class TemporaryDirectories
{
    [TestCase("with a space", 0)]
    [TestCase("plain", 1)]
    public void The_stock_task_fails_if_the_name_has_a_space(string name, int succeeding)
    {
        using var tree = new TemporaryTree();
        var build = Build(tree, name, """<Exec Command="echo ran" />""");
        Assert.That(build.ExitCode, Is.EqualTo(1 - succeeding), build.OutputText);
    }

    [TestCase("plain")]
    [TestCase("with a space")]
    [TestCase("with-ü-and-&")]
    [TestCase("with 'quotes'")]
    public void Ours_works_whatever_the_name(string name)
    {
        using var tree = new TemporaryTree();
        var build = Build(tree, name, """<SandboxedExec Command="echo ran &gt; ran; expr 1 + 41" />""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.ExitCode, Is.Zero, build.OutputText);
            Assert.That(build.OutputText, Does.Match(@"(?m)^\s*42\s*$"));
            Assert.That(tree.Has("ran"), Is.True);
            Assert.That(Directory.EnumerateFileSystemEntries(tree.Beside(name)), Is.Empty);
        }
    }

    private static Command Build(TemporaryTree tree, string name, string task)
    {
        var temporary = Directory.CreateDirectory(tree.Beside(name)).FullName;
        return RealBuild.Run(
            tree,
            $"""<Target Name="Build">{Settings.ApprovingTask(tree)}{task}</Target>""",
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["TMPDIR"] = temporary });
    }
}
